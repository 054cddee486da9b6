import { installN8n } from '../../harness/installN8n';
import { OLDEST_N8N_VERSION } from '../../harness/n8nVersions';
import type { BenchContext, Benchmark } from '../benchmark';
import { LENGTHS } from './measure';
import type { RealPlan } from './real';
import { waitReally } from './real';
import { costsOf, simulatePlans } from './simulation';
import { waitingReport } from './tables';

async function run(context: BenchContext) {
	const { quick, tell } = context;
	const runs = quick ? 1 : 60;
	const plan: RealPlan = quick
		? { lengths: [1], loops: [1] }
		: { lengths: LENGTHS.slice(0, 2), loops: [5, 70] };
	const rows = await simulatePlans(runs, tell);
	const expected = [];
	for (const length of plan.lengths) {
		expected.push({ length, costs: await costsOf({ jobs: 1, length }, runs) });
	}
	const installs = [context.install];
	// Another n8n may have to be installed first, which is not quick.
	if (!quick) installs.push(await installN8n(OLDEST_N8N_VERSION, { onProgress: tell }));
	const real = [];
	for (const install of installs) {
		real.push(...(await waitReally({ ...context, install }, plan)));
	}
	return waitingReport(rows, expected, real, runs);
}

export const waiting: Benchmark = { title: 'Waiting for jobs', run };
