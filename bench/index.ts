import { join, relative, resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { installN8n } from '../harness/installN8n';
import type { N8nInstall } from '../harness/installN8n';
import { DEFAULT_N8N_VERSION } from '../harness/n8nVersions';
import { build, pack } from '../harness/pack';
import { endEverything, endWithThisProcess, isEnding } from '../harness/processes';
import { runSteps } from '../scripts/progress';
import { packAgainst } from './against';
import type { Benchmark, EarlierPackage, Report } from './benchmark';
import { downloads } from './downloads';
import { intake } from './intake';
import { profile } from './profile';
import { DOCS, textTable, writeReport } from './report';
import { startup } from './startup';
import { waiting } from './waiting';
import { workers } from './workers';

const BENCHMARKS: Record<string, Benchmark> = {
	intake,
	profile,
	waiting,
	workers,
	downloads,
	startup,
};
const NAMES = Object.keys(BENCHMARKS);

/** Those that can measure an earlier state of the package beside this one. */
const COMPARING = NAMES.filter((name) => BENCHMARKS[name]?.compares);

interface Arguments {
	n8n: string;
	quick?: boolean;
	tarball?: string;
	against?: string;
	out?: string;
}

const readArguments = (): { names: string[]; options: Arguments } => {
	const command = new Command('npm run bench --')
		.description('Measures this package beside what a user would pick instead.')
		.addArgument(new Argument('[names...]', 'the benchmarks to run; all by default').choices(NAMES))
		.option('--n8n <version>', 'the n8n to run', DEFAULT_N8N_VERSION)
		.option('--tarball <file>', 'measure this packed package; by default the one that is here')
		.option(
			'--against <revision or tarball>',
			`measure that state of the package in the same run (${COMPARING.join(', ')}), and write no page`,
		)
		.option('--quick', 'only see whether they work, and write no page')
		.option('--out <folder>', 'write the page and the charts there instead of into docs')
		.parse();
	const options = command.opts<Arguments>();
	const { args } = command;
	if (options.against === undefined) return { names: args.length > 0 ? args : NAMES, options };
	const wrong = args.find((name) => !COMPARING.includes(name));
	if (wrong !== undefined) {
		command.error(`error: ${wrong} compares nothing --against another state of the package.`);
	}
	return { names: args.length > 0 ? args : COMPARING, options };
};

const show = ({ tables, findings }: Report): void => {
	for (const table of tables) console.log(`\n${textTable(table)}`);
	console.log('');
	for (const finding of findings) console.log(finding);
};

/** Installs and packs what the benchmarks run on. */
const prepare = async ({ n8n, tarball: given, against: earlier }: Arguments) => {
	// Each is set by the step that makes it.
	let install!: N8nInstall;
	let tarball!: string;
	let against: EarlierPackage | undefined;
	await runSteps([
		{
			title: `Install n8n ${n8n}`,
			run: async (tell) => {
				install = await installN8n(n8n, { onProgress: tell });
			},
		},
		{
			title: given ? `The nodes in ${given}` : 'Build and pack the nodes',
			run: async () => {
				if (!given) await build();
				tarball = given ? resolve(given) : await pack();
			},
		},
		...(earlier === undefined
			? []
			: [
					{
						title: `The nodes at ${earlier}`,
						run: async () => {
							against = await packAgainst(earlier);
						},
					},
				]),
	]);
	return { install, tarball, against };
};

/** Where the page goes: a comparison or a quick run is no state of the package that the documentation is about. */
const folderOf = ({ out, quick, against }: Arguments): string | undefined => {
	if (out !== undefined) return resolve(out);
	return quick || against !== undefined ? undefined : DOCS;
};

const measure = async (names: string[], options: Arguments): Promise<void> => {
	const { n8n, quick = false } = options;
	const prepared = await prepare(options);
	const folder = folderOf(options);
	for (const [name, { title, run }] of Object.entries(BENCHMARKS)) {
		if (!names.includes(name)) continue;
		let report!: Report;
		await runSteps([
			{
				title,
				run: async (tell) => {
					report = await run({ ...prepared, quick, tell });
				},
			},
		]);
		show(report);
		if (folder === undefined) continue;
		await writeReport({ name, names: NAMES, title, n8nVersion: n8n, folder }, report);
		console.log(`\nWritten to ${join(relative(process.cwd(), folder), 'benchmarks.md')}.`);
	}
};

const main = async (): Promise<void> => {
	endWithThisProcess();
	const { names, options } = readArguments();
	try {
		await measure(names, options);
	} catch (error) {
		if (isEnding()) return;
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
	await endEverything();
};

void main();
