import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { repository } from '../../harness/folders';

const ROOT = 'nodes/AudioSpliter';

/** What is the same without n8n (docs/architecture.md): it is tested and simulated by itself. */
const PURE = [
	...['advice', 'budget', 'errors', 'rateLimit', 'reachable'].map((name) => `api/${name}`),
	...['fileName', 'job', 'segment', 'types', 'values'].map((name) => `job/${name}`),
	...['pollJobs', 'progress', 'schedule'].map((name) => `waiting/polling/${name}`),
	...['startup', 'waitGroup'].map((name) => `waiting/pausing/${name}`),
	...['keys', 'memory', 'recorder'].map((name) => `trigger/dedup/${name}`),
	...['event', 'secret', 'signature'].map((name) => `webhook/${name}`),
	...['n8n/clock', 'resources/segment/selection', 'resources/splitJob/sharePages'],
];

/** From the top: a folder imports from itself and from floors below it. */
const FLOORS = [
	['resources'],
	['waiting', 'trigger'],
	['output', 'webhook'],
	['api'],
	['n8n'],
	['job'],
];

/** The floor of a module, counted from the top; the node classes are above all. */
const floorOf = (module: string): number =>
	FLOORS.findIndex((folders) => folders.some((folder) => module.startsWith(`${folder}/`)));

const folderOf = (module: string): string => module.split('/', 1)[0] ?? '';

const filesOf = (folder: string): string[] =>
	readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
		.map((name) => name.replaceAll('\\', '/'))
		.filter((name) => name.endsWith('.ts'));

const importsOf = (folder: string, file: string): string[] =>
	[...readFileSync(join(repository, folder, file), 'utf8').matchAll(/\bfrom '([^']+)'/g)].map(
		([, name]) => name ?? '',
	);

const nameOf = (file: string): string => file.replace(/\.ts$/, '');
const modules = filesOf(ROOT).map(nameOf);

/** The module of this package that an import means; a folder is its index. */
const resolveImport = (from: string, to: string): string => {
	const path = posix.join(posix.dirname(from), to);
	return modules.includes(path) ? path : `${path}/index`;
};

/** What each module imports of this package. */
const edges = new Map(
	modules.map((module) => [
		module,
		importsOf(ROOT, `${module}.ts`)
			.filter((name) => name.startsWith('.'))
			.map((name) => resolveImport(module, name)),
	]),
);

describe('the layers of the nodes', () => {
	it('are made of files that exist', () => {
		expect(modules).toEqual(expect.arrayContaining(PURE));
		expect(modules).toEqual(expect.arrayContaining([...edges.values()].flat()));
	});

	it.each(PURE)('keep n8n out of %s', (module) => {
		const outside = importsOf(ROOT, `${module}.ts`).filter((name) => !name.startsWith('.'));
		expect(outside.filter((name) => name !== 'crypto')).toEqual([]);
		for (const used of edges.get(module) ?? []) expect(PURE).toContain(used);
	});

	it('point one way: no file imports itself by way of others', () => {
		const circles: string[][] = [];
		const done = new Set<string>();
		const walk = (module: string, path: string[]): void => {
			if (path.includes(module)) circles.push([...path.slice(path.indexOf(module)), module]);
			if (done.has(module) || path.includes(module)) return;
			for (const used of edges.get(module) ?? []) walk(used, [...path, module]);
			done.add(module);
		};
		for (const module of modules) walk(module, []);
		expect(circles).toEqual([]);
	});

	it('begin with the nodes, which nothing imports', () => {
		const nodes = modules.filter((module) => module.endsWith('.node'));
		expect(nodes).toHaveLength(2);
		for (const used of [...edges.values()].flat()) expect(nodes).not.toContain(used);
	});

	it('import from their own folder and from floors below', () => {
		expect(modules.filter((module) => floorOf(module) < 0 && !module.endsWith('.node'))).toEqual(
			[],
		);
		const up = [...edges].flatMap(([module, used]) =>
			used
				.filter((one) => folderOf(one) !== folderOf(module) && floorOf(one) <= floorOf(module))
				.map((one) => `${module} -> ${one}`),
		);
		expect(up).toEqual([]);
	});
});

it('the sandbox shares no code with the nodes', () => {
	const imported = filesOf('sandbox').flatMap((file) => importsOf('sandbox', file));
	expect(imported.length).toBeGreaterThan(50);
	expect(imported.filter((name) => /nodes\/|credentials\/|n8n-/.test(name))).toEqual([]);
});

it('the nodes use nothing of the development tools', () => {
	const published = ['nodes', 'credentials'].flatMap((folder) =>
		filesOf(folder).flatMap((file) => importsOf(folder, file)),
	);
	expect(published.filter((name) => /sandbox|harness|scripts|\/test/.test(name))).toEqual([]);
});
