import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCHMARKS } from '../../bench/benchmarks';
import { repository } from '../../harness/folders';
import { startProcess, stopProcess, temporaryFolder } from '../../harness/processes';
import { inParallel } from '../support/inParallel';
import { sharedN8n } from './support/n8n';

/** The tables of each benchmark, in their order, as far as their titles are the same everywhere. */
const TABLES: Record<string, RegExp[]> = {
	intake: [/^1 at a time$/, /^8 at a time$/, /makes isolates lazily$/, /^Duplicates let through$/],
	profile: [/of the main thread/, /by thread, 16 at a time$/, /^Statements to the database/],
	waiting: [/^Free:/, /^Starter:/, /^Pro:/, /^One job, on a real n8n/],
	batches: [
		...[/^Free:/, /^Starter:/, /^Pro:/],
		...[/^A short batch in n8n itself/, /^Memory of n8n with 10 recordings/],
		/^Memory of n8n while 50 items come out/,
	],
	workers: [/^Workers that share one API key/],
	downloads: [/in 2 segments$/],
	startup: [/^What the package adds$/, /^Whole starts of n8n$/],
};
const NAMES = Object.keys(TABLES);

/** Bounds for what hangs. */
const LIMIT = 900_000;

interface Run {
	code: number | null;
	log: string;
	/** Where it wrote its page and its charts. */
	folder: string;
}

const runs = new Map<string, Run>();
const children: Array<ReturnType<typeof startProcess>> = [];

/** What a shell would hand to the command: nothing of jest, which changes how n8n's libraries behave. */
const environment = (): NodeJS.ProcessEnv => {
	const env = { ...process.env };
	for (const name of ['NODE_ENV', 'JEST_WORKER_ID']) delete env[name];
	return env;
};

/** Runs the quick form of a benchmark as `npm run bench` does, on the packed package of this test run. */
const runQuickly = async (name: string, ...more: string[]): Promise<Run> => {
	const { install, tarball } = sharedN8n();
	const folder = temporaryFolder(`bench-${name}`);
	const child = startProcess(
		process.execPath,
		[
			...['--import', 'tsx', join('bench', 'index.ts'), name, '--quick', '--out', folder],
			...['--n8n', install.version, '--tarball', tarball, ...more],
		],
		{ cwd: repository, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] },
	);
	children.push(child);
	let log = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			log += chunk.toString();
		});
	}
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, log, folder };
};

const docs = () => readFileSync(join(repository, 'docs', 'benchmarks.md'), 'utf8');
let docsBefore: string;

beforeAll(async () => {
	docsBefore = docs();
	// What they measure here says nothing, so that two may run at once.
	await inParallel(NAMES.length, 2, async (index) => {
		const name = NAMES[index] ?? '';
		const { tarball } = sharedN8n();
		runs.set(name, await runQuickly(name, ...(name === 'startup' ? ['--against', tarball] : [])));
	});
}, LIMIT);
afterAll(async () => {
	await Promise.all(children.map(async (child) => await stopProcess(child)));
});

/** The titles of a page's tables that have at least one row. */
const titlesOf = (page: string): string[] =>
	[...page.matchAll(/^\*\*(.+)\*\*\n\n\|.+\n\| -.+\n\|/gm)].map(([, title]) => String(title));

test('every benchmark is tried', () => {
	expect(NAMES).toEqual(Object.keys(BENCHMARKS));
});

test.each(NAMES)('%s runs, and its page has every number', (name) => {
	const { code, log, folder } = runs.get(name) ?? { code: null, log: 'did not run', folder: '' };
	expect({ code, log }).toEqual({ code: 0, log: expect.any(String) });
	const page = readFileSync(join(folder, 'benchmarks.md'), 'utf8');
	const charts = [...page.matchAll(/^!\[.+\]\((.+\.svg)\)$/gm)].map(([, file]) =>
		readFileSync(join(folder, String(file)), 'utf8'),
	);
	expect(page).toContain(`## ${BENCHMARKS[name]?.title}\n`);
	expect(titlesOf(page)).toEqual(TABLES[name]?.map((title) => expect.stringMatching(title)));
	for (const text of [page, ...charts]) {
		expect(text).not.toMatch(/\b(NaN|undefined|null|Infinity)\b|not measured/);
	}
	for (const goal of page.split('\n').filter((line) => line.startsWith('- Goal:'))) {
		expect(goal).toMatch(/: (not )?met\b/);
	}
});

test('startup measures another state of the package in the same run', () => {
	const { folder = '' } = runs.get('startup') ?? {};
	const rows = [
		...readFileSync(join(folder, 'benchmarks.md'), 'utf8').matchAll(/^\| (.*?) *\|/gm),
	].map(([, label]) => label);
	const another = expect.stringMatching(/^this package at n8n-nodes-audiospliter-.+\.tgz$/);
	expect(rows).toEqual(expect.arrayContaining(['this package', another]));
	expect(rows).toContainEqual(expect.stringMatching(/^ratio to this package at .+\.tgz$/));
});

test('quick runs leave the documentation as it is', () => {
	expect(docs()).toBe(docsBefore);
});
