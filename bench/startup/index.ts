import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackage } from '../../harness/installPackage';
import { startN8n } from '../../harness/n8n';
import { temporaryFolder } from '../../harness/processes';
import { packBaselines } from '../baselines/pack';
import type { BenchContext, Benchmark } from '../benchmark';
import { LOAD_PROGRAM } from './loadProgram';
import type { Loaded, Started } from './tables';
import { startupReport } from './tables';

const NAME = 'n8n-nodes-audiospliter';
/** Two triggers of a page each: what n8n's loader takes for any package. */
const TINY = 'n8n-nodes-audiospliter-baselines';

const folderIn = (userFolder: string, name: string): string =>
	join(userFolder, '.n8n', 'nodes', 'node_modules', name);

async function loadOnce({ install }: BenchContext, packageFolder: string): Promise<Loaded> {
	const { stdout } = await promisify(execFile)(
		install.node,
		[
			...['--no-warnings', '--expose-gc', '--eval', LOAD_PROGRAM, '--'],
			...[install.folder, packageFolder],
		],
		// As n8n does, so that packages find the libraries that it shares with them.
		{ env: { ...process.env, NODE_PATH: join(install.folder, 'node_modules') } },
	);
	const loaded = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Loaded & { nodes: number };
	if (loaded.nodes !== 2) throw new Error(`n8n's loader found ${loaded.nodes} nodes, not 2.`);
	return loaded;
}

/** Starts n8n and ends it again. */
async function startOnce({ install }: BenchContext, userFolder: string): Promise<Started> {
	const started = performance.now();
	const n8n = await startN8n({ install, userFolder });
	const seconds = (performance.now() - started) / 1000;
	const memory = n8n.residentMemory();
	await n8n.stop();
	return { seconds, memory };
}

async function run(context: BenchContext) {
	const { tarball, quick, tell } = context;
	const loads = quick ? 3 : 21;
	const starts = quick ? 1 : 5;
	const [without, withPackage, withTiny] = [
		temporaryFolder('bench'),
		temporaryFolder('bench'),
		temporaryFolder('bench'),
	];
	tell('installing the package');
	await installPackage(tarball, withPackage);
	await installPackage(await packBaselines(), withTiny);

	const loaded: Array<Record<'own' | 'tiny', Loaded>> = [];
	for (let round = 0; round < loads; round++) {
		tell(`loading the package: ${round + 1} of ${loads}`);
		loaded.push({
			own: await loadOnce(context, folderIn(withPackage, NAME)),
			tiny: await loadOnce(context, folderIn(withTiny, TINY)),
		});
	}

	tell('starting n8n for the first time, which fills its database');
	for (const folder of [without, withPackage]) await startOnce(context, folder);
	const pairs: Array<Record<'without' | 'withPackage', Started>> = [];
	for (let round = 0; round < starts; round++) {
		tell(`starting n8n without and with the package: ${round + 1} of ${starts}`);
		pairs.push({
			without: await startOnce(context, without),
			withPackage: await startOnce(context, withPackage),
		});
	}
	return startupReport(loaded, pairs, statSync(tarball).size);
}

export const startup: Benchmark = { title: 'Starting n8n', run };
