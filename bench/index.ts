import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { installN8n } from '../harness/installN8n';
import type { N8nInstall } from '../harness/installN8n';
import { DEFAULT_N8N_VERSION } from '../harness/n8nVersions';
import { build, pack } from '../harness/pack';
import { endEverything, endWithThisProcess, isEnding } from '../harness/processes';
import { runSteps } from '../scripts/progress';
import type { Benchmark, Report } from './benchmark';
import { downloads } from './downloads';
import { intake } from './intake';
import { profile } from './profile';
import { textTable, writeReport } from './report';
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

interface Arguments {
	n8n: string;
	quick?: boolean;
	tarball?: string;
}

const readArguments = (): { names: string[]; options: Arguments } => {
	const command = new Command('npm run bench --')
		.description('Measures this package beside what a user would pick instead.')
		.addArgument(new Argument('[names...]', 'the benchmarks to run; all by default').choices(NAMES))
		.option('--n8n <version>', 'the n8n to run', DEFAULT_N8N_VERSION)
		.option('--tarball <file>', 'measure this packed package; by default the one that is here')
		.option('--quick', 'only see whether they work; docs/benchmarks.md stays as it is')
		.parse();
	return {
		names: command.args.length > 0 ? command.args : NAMES,
		options: command.opts<Arguments>(),
	};
};

const show = ({ tables, findings }: Report): void => {
	for (const table of tables) console.log(`\n${textTable(table)}`);
	console.log('');
	for (const finding of findings) console.log(finding);
};

const measure = async (
	names: string[],
	{ n8n, quick = false, tarball: given }: Arguments,
): Promise<void> => {
	// Each is set by the step that makes it, before the steps that use it.
	let install!: N8nInstall;
	let tarball!: string;
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
	]);
	for (const [name, { title, run }] of Object.entries(BENCHMARKS)) {
		if (!names.includes(name)) continue;
		let report!: Report;
		await runSteps([
			{
				title,
				run: async (tell) => {
					report = await run({ install, tarball, quick, tell });
				},
			},
		]);
		show(report);
		if (quick) continue;
		await writeReport({ name, names: NAMES, title, n8nVersion: n8n }, report);
		console.log('\nWritten to docs/benchmarks.md.');
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
