import { join } from 'node:path';
import { repository } from '../../harness/folders';
import { findFloorFaults, type Floors } from './support/floors';
import { findCircles, readModules, type Modules } from './support/modules';

// The floors of docs/architecture.md, from the top: a module imports from below only.

/** The folders of the repository. The two at the bottom are published. */
const REPOSITORY_FLOORS: Floors = [
	['test'],
	['bench'],
	['scripts'],
	['sandbox'],
	['harness'],
	['nodes', 'credentials'],
];

const SANDBOX_FLOORS: Floors = [
	['cli'],
	['index'],
	['http'],
	['webhooks'],
	['jobs'],
	['audio'],
	['world'],
];

const NODE_FLOORS: Floors = [
	['AudioSpliter.node', 'AudioSpliterTrigger.node', 'AudioSpliterPollingTrigger.node'],
	['resources'],
	['waiting', 'trigger'],
	['output', 'webhook'],
	['api'],
	['n8n'],
	['job'],
];

/** What is the same without n8n: it is tested and simulated by itself. */
const PURE = [
	...['advice', 'budget', 'errors', 'rateLimit', 'reachable', 'sourceAdvice'].map(
		(name) => `api/${name}`,
	),
	...['fileName', 'job', 'segment', 'types', 'values'].map((name) => `job/${name}`),
	...[
		'expectation',
		'listUse',
		'looks',
		'places',
		'polledJob',
		'pollJobs',
		'progress',
		'schedule',
		'submissions',
		'wait',
	].map((name) => `waiting/polling/${name}`),
	...['startup', 'waitGroup'].map((name) => `waiting/pausing/${name}`),
	...[
		'claim',
		'doubts',
		'keys',
		'memory',
		'recorder',
		'releases',
		'repair',
		'settling',
		'store',
		'writer',
	].map((name) => `trigger/dedup/${name}`),
	...['finishedList', 'openJobs'].map((name) => `trigger/arriving/${name}`),
	...['event', 'refused', 'secret', 'signature'].map((name) => `webhook/${name}`),
	...['n8n/clock', 'resources/segment/selection', 'resources/splitJob/sharePages'],
];

/** Where a tree's relative imports lead that leave it, or that name no module of it. */
const strays = (modules: Modules): string[] =>
	[...modules.values()].flatMap(({ outside }) => outside.filter((name) => name.startsWith('.')));

describe('the nodes', () => {
	const modules = readModules(join(repository, 'nodes/AudioSpliter'));
	const edges = (module: string): string[] => modules.get(module)?.own ?? [];

	it('are made of files that exist', () => {
		expect([...modules.keys()]).toEqual(expect.arrayContaining(PURE));
		expect(strays(modules)).toEqual([]);
	});

	it.each(PURE)('keep n8n out of %s', (module) => {
		expect(modules.get(module)?.outside.filter((name) => name !== 'crypto')).toEqual([]);
		for (const used of edges(module)) expect(PURE).toContain(used);
	});

	it('point one way: no file imports itself by way of others', () => {
		expect(findCircles(modules)).toEqual([]);
	});

	it('import from lower floors only', () => {
		expect(findFloorFaults(modules, NODE_FLOORS)).toEqual([]);
	});
});

describe('the sandbox', () => {
	const modules = readModules(join(repository, 'sandbox'));

	it('imports from lower floors only', () => {
		expect(findFloorFaults(modules, SANDBOX_FLOORS)).toEqual([]);
	});

	it('has no circle', () => {
		expect(findCircles(modules)).toEqual([]);
	});

	it('shares no code with the nodes: it leaves its folder for paths, ports and the terminal of the harness', () => {
		const used = strays(modules).map((name) => name.replace(/^(\.\.\/)+/, ''));
		expect([...new Set(used)].sort()).toEqual([
			...['harness/folders', 'harness/options', 'harness/ports', 'harness/terminal'],
		]);
	});

	it('uses no package of n8n', () => {
		const packages = [...modules.values()].flatMap(({ outside }) => outside);
		expect(packages).toContain('fastify');
		expect(packages.filter((name) => name.includes('n8n'))).toEqual([]);
	});
});

describe('the folders of the repository', () => {
	const modules = readModules(repository, REPOSITORY_FLOORS.flat());

	it('import from lower floors only, and so what is published nothing of the development tools', () => {
		expect(findFloorFaults(modules, REPOSITORY_FLOORS)).toEqual([]);
	});

	it('have no circle', () => {
		expect(findCircles(modules)).toEqual([]);
	});

	it('import no file that does not exist', () => {
		expect(strays(modules)).toEqual([]);
	});
});
