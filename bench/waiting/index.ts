import { installN8n } from '../../harness/installN8n';
import { OLDEST_N8N_VERSION } from '../../harness/n8nVersions';
import type { BenchContext, Benchmark } from '../benchmark';
import { LENGTHS } from './measure';
import { waitReally } from './real';
import { costsOf, simulatePlans } from './simulation';
import { waitingReport } from './tables';

async function run(context: BenchContext) {
	const { quick, tell } = context;
	const runs = quick ? 3 : 60;
	const realLengths = quick ? [LENGTHS[0] ?? 20] : LENGTHS.slice(0, 2);
	const rows = await simulatePlans(runs, tell);
	const expected = [];
	for (const length of realLengths) {
		expected.push({ length, costs: await costsOf({ jobs: 1, length }, runs) });
	}
	const oldest = await installN8n(OLDEST_N8N_VERSION, { onProgress: tell });
	const real = [];
	for (const install of [context.install, oldest]) {
		real.push(...(await waitReally({ ...context, install }, realLengths)));
	}
	return waitingReport(rows, expected, real, runs);
}

export const waiting: Benchmark = { title: 'Waiting for jobs', run };
