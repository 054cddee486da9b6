import { statSync } from 'node:fs';
import { installPackage } from '../../harness/installPackage';
import { startN8n } from '../../harness/n8n';
import { temporaryFolder } from '../../harness/processes';
import { packBaselines } from '../baselines/pack';
import type { BenchContext, Benchmark } from '../benchmark';
import { inTurns } from '../turns';
import { installedIn, loadOnce } from './load';
import type { LoadedPackage, Started } from './tables';
import { startupReport } from './tables';

const NAME = 'n8n-nodes-audiospliter';
/** Two triggers of a page each: what n8n's loader takes for any package. */
const TINY = 'n8n-nodes-audiospliter-baselines';

/** A package that is loaded, installed in a user folder of its own. */
interface Candidate {
	result: LoadedPackage;
	/** Where it is installed. */
	userFolder: string;
	folder: string;
}

async function installCandidate(
	result: Pick<LoadedPackage, 'kind' | 'label'>,
	name: string,
	tarball: string,
): Promise<Candidate> {
	const userFolder = temporaryFolder('bench');
	await installPackage(tarball, userFolder);
	return {
		result: { ...result, size: statSync(tarball).size, loads: [] },
		userFolder,
		folder: installedIn(userFolder, name),
	};
}

async function loadInTurns(
	{ install, tell }: BenchContext,
	candidates: readonly Candidate[],
	rounds: number,
): Promise<void> {
	for (let round = 0; round < rounds; round++) {
		tell(`loading the packages: ${round + 1} of ${rounds}`);
		for (const { folder, result } of inTurns(candidates, round)) {
			result.loads.push(await loadOnce(install, folder));
		}
	}
}

/** Starts n8n and ends it again. */
async function startOnce({ install }: BenchContext, userFolder: string): Promise<Started> {
	const started = performance.now();
	// As its users start it, with nothing compiled beforehand.
	const n8n = await startN8n({ install, userFolder, env: { NODE_COMPILE_CACHE: undefined } });
	const seconds = (performance.now() - started) / 1000;
	const memory = n8n.residentMemory();
	await n8n.stop();
	return { seconds, memory };
}

async function run(context: BenchContext) {
	const { tarball, against, quick, tell } = context;
	const loads = quick ? 2 : 21;
	const starts = quick ? 1 : 5;
	tell('installing the packages');
	const own = await installCandidate({ kind: 'own', label: 'this package' }, NAME, tarball);
	const candidates = [own];
	if (against) {
		const label = `this package at ${against.label}`;
		candidates.push(await installCandidate({ kind: 'earlier', label }, NAME, against.tarball));
	}
	const tiny = { kind: 'tiny', label: 'two triggers of a page each' } as const;
	candidates.push(await installCandidate(tiny, TINY, await packBaselines()));
	await loadInTurns(context, candidates, loads);

	const without = temporaryFolder('bench');
	if (!quick) {
		tell('starting n8n for the first time, which fills its database');
		for (const folder of [without, own.userFolder]) await startOnce(context, folder);
	}
	const pairs: Array<Record<'without' | 'withPackage', Started>> = [];
	for (let round = 0; round < starts; round++) {
		tell(`starting n8n without and with the package: ${round + 1} of ${starts}`);
		pairs.push({
			without: await startOnce(context, without),
			withPackage: await startOnce(context, own.userFolder),
		});
	}
	return startupReport(
		candidates.map(({ result }) => result),
		pairs,
	);
}

export const startup: Benchmark = { title: 'Starting n8n', compares: true, run };
