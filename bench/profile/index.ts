import { temporaryFolder } from '../../harness/processes';
import type { BenchContext, Benchmark } from '../benchmark';
import type { Contender } from '../intake/contenders';
import { load, newDeliveries } from '../intake/load';
import { onStage } from '../intake/stage';
import { inTurns } from '../turns';
import { record, recording } from './record';
import type { Part, Profile } from './shares';
import { timeByPart } from './shares';
import { countStatements } from './statements';
import type { Profiled } from './tables';
import { profileReport } from './tables';
import { measureThreads } from './threads';

const CONTENDERS: Contender[] = [
	{ label: 'Empty community trigger', baseline: 'empty-trigger' },
	{ label: 'Empty trigger with a credential', baseline: 'empty-trigger', withCredential: true },
	{ label: 'AudioSpliter Trigger', baseline: 'audiospliter-trigger' },
	{ label: "n8n's Webhook node", baseline: 'n8n-webhook' },
];

const AT_ONCE = 8;
const MOST_AT_ONCE = 16;

async function measureTime(context: BenchContext, rounds: number, deliveries: number) {
	const folder = temporaryFolder('profiles');
	return await onStage(
		context,
		recording('recordOnSignal.mjs', folder),
		async (stage, activate) => {
			const profiled: Profiled[] = (await activate(CONTENDERS)).map((contender) => ({
				contender,
				rounds: [],
			}));
			// The first deliveries compile and cache what the others find ready.
			for (const { contender } of profiled) {
				await load(stage, contender, newDeliveries(deliveries), AT_ONCE);
			}
			for (let round = 0; round < rounds; round++) {
				for (const one of inTurns(profiled, round)) {
					context.tell(`round ${round + 1} of ${rounds}: ${one.contender.label}`);
					const profile = await record<Profile>(stage.n8n, folder, async () => {
						await load(stage, one.contender, newDeliveries(deliveries), AT_ONCE);
					});
					const time = timeByPart(profile);
					one.rounds.push(
						Object.fromEntries(
							Object.entries(time).map(([part, ms]) => [part, ms / deliveries]),
						) as Record<Part, number>,
					);
				}
			}
			return profiled;
		},
	);
}

async function run(context: BenchContext) {
	const [rounds, deliveries] = context.quick ? [1, 8] : [9, 48];
	const profiled = await measureTime(context, rounds, deliveries);
	const threads = await measureThreads(context, CONTENDERS, {
		...{ rounds, deliveries, atOnce: MOST_AT_ONCE },
	});
	const plan = { atOnce: [1, AT_ONCE], deliveries };
	const counted = await countStatements(context, CONTENDERS, plan);
	const many = { rounds, deliveries, atOnce: AT_ONCE, mostAtOnce: MOST_AT_ONCE };
	return profileReport({ profiled, threads, counted }, many);
}

export const profile: Benchmark = { title: 'Where the time of a delivery goes', run };
