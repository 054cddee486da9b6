import { installPackage } from '../../harness/installPackage';
import type { N8n } from '../../harness/n8n';
import { startN8n } from '../../harness/n8n';
import { atEnd, temporaryFolder } from '../../harness/processes';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { packBaselines } from '../baselines/pack';
import type { BenchContext, Benchmark } from '../benchmark';
import type { ActiveContender, Contender } from './contenders';
import { activateContender, createCredentials, fillStore } from './contenders';
import { countDuplicates } from './duplicates';
import { load } from './load';
import { measureIntake } from './measure';
import { rememberedEvent } from './remember';
import { intakeReport } from './tables';

const OWN = { label: 'AudioSpliter Trigger', baseline: 'audiospliter-trigger' } as const;

const CONTENDERS: Contender[] = [
	{ label: 'Empty community trigger', baseline: 'empty-trigger' },
	{ label: 'Empty trigger with a credential', baseline: 'empty-trigger', withCredential: true },
	...[0, 1_000, 10_000].map((remembered) => ({
		...OWN,
		label: `${OWN.label}, ${remembered.toLocaleString('en')} remembered`,
		remembered,
	})),
	{ label: "n8n's Webhook node", baseline: 'n8n-webhook' },
	{ label: 'Webhook, Crypto, Remove Duplicates', baseline: 'hand-built-chain' },
	{ label: 'Trigger with static data', baseline: 'static-data-trigger' },
];

/** The same, each once: what was delivered for the measurement must not be there. */
const DUPLICATE_CONTENDERS = CONTENDERS.filter(
	({ remembered, withCredential }) => !remembered && !withCredential,
).map((contender) => ({ ...contender, ...(contender.baseline === OWN.baseline && OWN) }));

/** @throws where the trigger does not know the events that were put into its store, since nothing would be measured then */
async function assertRemembered(n8n: N8n, sandbox: Sandbox, contender: ActiveContender) {
	if (!contender.remembered) return;
	const { deliveryId, event } = rememberedEvent(contender.remembered - 1);
	await load({ n8n, sandbox }, contender, [{ deliveryId, jobId: event.jobId }], 1);
	const [row] = await n8n.client.query<{ emitted: number }>(
		`select count(*) emitted from execution_data d join execution_entity e on e.id = d.executionId where e.workflowId = ? and d.data like '%"Emitted":%'`,
		contender.workflowId,
	);
	if (row?.emitted === 0) return;
	throw new Error(`${contender.label}: it emitted an event that its store holds.`);
}

async function run({ install, tarball, quick, tell }: BenchContext) {
	const plan = quick
		? { ...{ atOnce: [1, 8], rounds: 1, deliveries: 16 }, repeated: { deliveries: 40, events: 5 } }
		: {
				...{ atOnce: [1, 8, 16], rounds: 5, deliveries: 48 },
				repeated: { deliveries: 400, events: 50 },
			};
	tell('starting n8n');
	const userFolder = temporaryFolder('bench');
	await installPackage(await packBaselines(), userFolder);
	const sandbox = await startSandbox();
	const n8n = await startN8n({ install, tarball, userFolder });
	const close = async () => {
		await n8n.stop();
		await sandbox.close();
	};
	const done = atEnd(close);
	try {
		const credentials = await createCredentials(n8n, sandbox);
		const activate = async (contenders: Contender[]) => {
			const active: ActiveContender[] = [];
			for (const contender of contenders) {
				tell(`activating: ${contender.label}`);
				active.push(await activateContender(n8n, credentials, contender));
			}
			return active;
		};
		const measured = await activate(CONTENDERS);
		for (const contender of measured) {
			await fillStore(n8n, install.node, contender);
			await assertRemembered(n8n, sandbox, contender);
		}
		const series = await measureIntake({ n8n, sandbox }, measured, plan, tell);
		const again = await activate(DUPLICATE_CONTENDERS);
		const duplicates = await countDuplicates({ n8n, sandbox }, again, plan.repeated, tell);
		return intakeReport(series, duplicates, plan);
	} finally {
		done();
		await close();
	}
}

export const intake: Benchmark = { title: 'Taking in deliveries', run };
