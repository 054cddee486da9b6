import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { repository } from '../../harness/folders';
import { byId, runAction } from '../support/action';
import { RECORDING } from '../support/sandbox';
import type { Schema } from '../support/schema';
import { schemaOf } from '../support/schema';
import { useEngine } from './support/stage';

/** Where n8n looks for what an operation puts out: <version>/<resource>/<operation>.json. */
const SCHEMAS = join(repository, 'nodes', 'AudioSpliter', '__schema__', 'v1.0.0');

/** Set by `npm run schemas`; otherwise the files stay as they are. */
const writes = Boolean(process.env.AUDIOSPLITER_SCHEMAS);

const stage = useEngine();

const create = (more: INodeParameters): INodeParameters => ({
	...{ sourceUrl: stage.sandbox.fileUrl(RECORDING), segmentDuration: 5, maxSegmentSize: 0.1 },
	...{ output: 'job', waitOptions: { pollInterval: 1 } },
	additionalFields: {
		outputFormat: 'mp3',
		metadata: { values: [{ key: 'episode', value: '42' }] },
	},
	...more,
});

/** Jobs in each state that has fields of its own: split by duration, by size, under way, failed. */
async function makeJobs(): Promise<string[]> {
	const run = async (parameters: INodeParameters) => {
		await runAction(stage, { resource: 'splitJob', operation: 'create', ...parameters });
		return stage.sandbox.jobs().at(-1)?.id ?? '';
	};
	const ended = [
		await run(create({ splitMode: 'duration' })),
		await run(create({ splitMode: 'fileSize' })),
	];
	stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames found' } });
	const failed = await run(create({}));
	const underWay = stage.sandbox.addSyntheticJob({ status: 'processing', progress: 40 }).id;
	return [...ended, failed, underWay];
}

type Samples = (ids: string[]) => INodeParameters[];

const ofJobs =
	(more: INodeParameters = {}): Samples =>
	(ids) =>
		ids.map((id) => ({ jobId: byId(id), ...more }));

/** What each operation is run with: as it begins, since the editor asks for no other parameter's value. */
const OPERATIONS: Array<[string, string, Samples]> = [
	[
		'splitJob',
		'create',
		() => [create({ splitMode: 'duration' }), create({ splitMode: 'fileSize' })],
	],
	['splitJob', 'get', ofJobs()],
	['splitJob', 'getAll', () => [{ returnAll: true }]],
	['splitJob', 'wait', (ids) => ofJobs()(ids.slice(0, 2))],
	['segment', 'getAll', (ids) => ofJobs()(ids.slice(0, 1))],
	['segment', 'download', (ids) => ofJobs({ segments: 'all' })(ids.slice(0, 1))],
	['splitJob', 'delete', (ids) => ofJobs()([...ids.slice(0, 3), 'job_gone'])],
];

let ids: string[];
beforeAll(async () => {
	ids = await makeJobs();
});

it.each(OPERATIONS)(
	'of %s %s, which the editor shows before a run, is that of what comes out',
	async (resource, operation, samples) => {
		const items: unknown[] = [];
		for (const parameters of samples(ids)) {
			const { json, error } = await runAction(stage, { resource, operation, ...parameters });
			expect(error).toBeUndefined();
			items.push(...json);
		}
		const path = join(SCHEMAS, resource, `${operation}.json`);
		const schema = schemaOf(items);
		if (writes) {
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, `${JSON.stringify(schema, null, '\t')}\n`);
		}
		expect(existsSync(path)).toBe(true);
		expect(schema).toEqual(JSON.parse(readFileSync(path, 'utf8')) as Schema);
	},
);

it('is there for each operation, and for nothing else', () => {
	const files = readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.json'))
		.map((name) => name.replaceAll(sep, '/'));
	const { properties } = stage.runner.description('audioSpliter');
	const operations = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			options.map((option) => [displayOptions?.show?.resource?.[0], option]),
		)
		.map(([resource, option]) => `${String(resource)}/${(option as { value: string }).value}.json`);
	expect(files.sort()).toEqual(operations.sort());
});
