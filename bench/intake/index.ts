import type { BenchContext, Benchmark } from '../benchmark';
import type { ActiveContender, Contender } from './contenders';
import { fillStore } from './contenders';
import { countDuplicates } from './duplicates';
import type { Stage } from './load';
import { load } from './load';
import type { Plan } from './measure';
import { measureIntake } from './measure';
import { rememberedEvent } from './remember';
import { onStage } from './stage';
import { intakeReport } from './tables';

const OWN = { label: 'AudioSpliter Trigger', baseline: 'audiospliter-trigger' } as const;

/** The same trigger as a node version that the package does not have. */
const VERSION_2 = {
	label: `${OWN.label}, node version 2`,
	baseline: 'audiospliter-trigger-version-2',
} as const;

const CONTENDERS: Contender[] = [
	{ label: 'Empty community trigger', baseline: 'empty-trigger', decides: true },
	{
		...{ label: 'Empty trigger with a credential', baseline: 'empty-trigger' as const },
		...{ withCredential: true, decides: true },
	},
	{ label: 'Empty trigger, node version 2', baseline: 'empty-trigger', typeVersion: 2 },
	...[0, 1_000, 10_000].map((remembered) => ({
		...OWN,
		label: `${OWN.label}, ${remembered.toLocaleString('en')} remembered`,
		...{ remembered, decides: remembered === 0 },
	})),
	{ ...OWN, label: `${OWN.label}, looking for missed events`, looks: true, decides: true },
	{ ...VERSION_2, typeVersion: 2, remembered: 0 },
	{ label: "n8n's Webhook node", baseline: 'n8n-webhook' },
	{ label: 'Webhook, Crypto, Remove Duplicates', baseline: 'hand-built-chain' },
	{ label: 'Trigger with static data', baseline: 'static-data-trigger' },
];

/** The same, each kind once: what was delivered for the measurement must not be there. */
const DUPLICATE_CONTENDERS = CONTENDERS.filter(
	({ remembered, withCredential, typeVersion, looks }) =>
		!remembered && !withCredential && !typeVersion && !looks,
).map((contender) => ({ ...contender, ...(contender.baseline === OWN.baseline && OWN) }));

/**
 * Settings under which n8n makes an expression isolate only for an expression that needs one, and keeps its code
 * compiled. n8n calls them experimental.
 */
const LAZY_ISOLATES = {
	N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
	N8N_EXPRESSION_ENGINE_COMPILE_CACHE: 'true',
};

const LAZY_CONTENDERS = CONTENDERS.filter(
	({ baseline, remembered, withCredential, looks }) =>
		['empty-trigger', OWN.baseline, VERSION_2.baseline, 'n8n-webhook'].includes(baseline) &&
		!remembered &&
		!withCredential &&
		!looks,
);

/** @throws where the trigger does not know the events that were put into its store, since nothing would be measured then */
async function assertRemembered(stage: Stage, contender: ActiveContender) {
	if (!contender.remembered) return;
	const { deliveryId, event } = rememberedEvent(contender.remembered - 1);
	await load(stage, contender, [{ deliveryId, jobId: event.jobId }], 1);
	const [row] = await stage.n8n.client.query<{ emitted: number }>(
		`select count(*) emitted from execution_data d join execution_entity e on e.id = d.executionId where e.workflowId = ? and d.data like '%"Emitted":%'`,
		contender.workflowId,
	);
	if (row?.emitted === 0) return;
	throw new Error(`${contender.label}: it emitted an event that its store holds.`);
}

async function run(context: BenchContext) {
	const { install, quick, tell } = context;
	const plan: Plan = quick
		? {
				...{ atOnce: [1, 8], rounds: 1, decidingRounds: 2, deliveries: 8 },
				repeated: { deliveries: 20, events: 5 },
			}
		: {
				...{ atOnce: [1, 8, 16], rounds: 4, decidingRounds: 12, deliveries: 144 },
				repeated: { deliveries: 400, events: 50 },
			};
	const { series, duplicates } = await onStage(context, {}, async (stage, activate) => {
		const measured = await activate(CONTENDERS);
		for (const contender of measured) {
			await fillStore(stage.n8n, install.node, contender);
			await assertRemembered(stage, contender);
		}
		const measurements = await measureIntake(stage, measured, plan, tell);
		const again = await activate(DUPLICATE_CONTENDERS);
		return {
			series: measurements,
			duplicates: await countDuplicates(stage, again, plan.repeated, tell),
		};
	});
	const lazyPlan = { ...plan, atOnce: [8], decidingRounds: plan.rounds };
	const lazy = await onStage(context, LAZY_ISOLATES, async (stage, activate) =>
		measureIntake(stage, await activate(LAZY_CONTENDERS), lazyPlan, tell),
	);
	return intakeReport({ series, lazy, duplicates }, plan);
}

export const intake: Benchmark = { title: 'Taking in deliveries', run };
