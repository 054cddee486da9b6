import { join, relative, resolve } from 'node:path';
import { installN8n } from '../harness/installN8n';
import type { N8nInstall } from '../harness/installN8n';
import { build, pack } from '../harness/pack';
import { endEverything, endWithThisProcess, isEnding } from '../harness/processes';
import { runSteps } from '../scripts/progress';
import { packAgainst } from './against';
import type { Options } from './arguments';
import { NAMES, readArguments } from './arguments';
import type { EarlierPackage, Report } from './benchmark';
import { BENCHMARKS } from './benchmarks';
import { DOCS, textTable, writeReport } from './report';

const show = ({ tables, findings }: Report): void => {
	for (const table of tables) console.log(`\n${textTable(table)}`);
	console.log('');
	for (const finding of findings) console.log(finding);
};

/** Installs and packs what the benchmarks run on. */
const prepare = async ({ n8n, tarball: given, against: earlier }: Options) => {
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
const folderOf = ({ out, quick, against }: Options): string | undefined => {
	if (out !== undefined) return resolve(out);
	return quick || against !== undefined ? undefined : DOCS;
};

const measure = async (names: string[], options: Options): Promise<void> => {
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
	try {
		const { names, options } = readArguments(process.argv.slice(2));
		await measure(names, options);
	} catch (error) {
		if (isEnding()) return;
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
	await endEverything();
};

void main();
