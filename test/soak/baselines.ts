import { packBaselines } from '../../bench/baselines/pack';
import type { ActiveContender, Contender } from '../../bench/intake/contenders';
import { activateContender, createCredentials } from '../../bench/intake/contenders';
import { emitted } from '../../bench/intake/duplicates';
import { createRandom, shuffled } from '../../bench/random';
import { installPackage } from '../../harness/installPackage';
import type { N8n } from '../../harness/n8n';
import { startN8n } from '../../harness/n8n';
import { temporaryFolder } from '../../harness/processes';
import { untilIdle } from '../../harness/untilIdle';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import type { SentEvent } from '../rounds/events';
import { countEmitted, makeEvents, sendAll } from '../rounds/events';
import { inParallel } from '../support/inParallel';
import { check } from './check';
import type { SoakOptions, Suite } from './suite';

const OWN = 'AudioSpliter Trigger';
const CONTENDERS: Contender[] = [
	{ label: OWN, baseline: 'audiospliter-trigger' },
	{ label: 'Webhook, Crypto, Remove Duplicates', baseline: 'hand-built-chain' },
	{ label: 'Trigger with static data', baseline: 'static-data-trigger' },
];
const AT_ONCE = 16;

/** The storms of the trigger's suite, played on one contender. */
const storms = async (
	{ n8n, sandbox }: { n8n: N8n; sandbox: Sandbox },
	{ workflowId, url }: ActiveContender,
	{ seed, quick }: SoakOptions,
) => {
	const of = (size: number) => (quick ? Math.ceil(size / 20) : size);
	const often = makeEvents(`often_${workflowId}_`, of(100));
	const all = Array.from({ length: 10 }, () => often).flat();
	await sendAll(sandbox, url, shuffled(all, createRandom(seed)));
	const twice = makeEvents(`twice_${workflowId}_`, of(600));
	await inParallel(twice.length, AT_ONCE, async (index) => {
		const event = twice[index] as SentEvent;
		for (let delivery = 0; delivery < 2; delivery++) await sendAll(sandbox, url, [event]);
	});
	await untilIdle(n8n.client, workflowId);
	const came = await emitted(n8n, workflowId);
	return {
		often,
		twice,
		came,
		overlapping: countEmitted(came, often),
		redelivered: countEmitted(came, twice),
	};
};

/** What the trigger's suite finds, beside what it finds in the ways that a user would take instead. */
export const baselines: Suite = async (options) => {
	const { install, tarball } = options;
	const userFolder = temporaryFolder('baselines-n8n');
	await installPackage(await packBaselines(), userFolder);
	const sandbox = await startSandbox({ timeScale: 60, webhookConcurrency: AT_ONCE });
	const n8n = await startN8n({ install, tarball, userFolder });
	const credentials = await createCredentials(n8n, sandbox);
	const active: ActiveContender[] = [];
	for (const contender of CONTENDERS) {
		active.push(await activateContender(n8n, credentials, contender));
	}

	const played: Array<Awaited<ReturnType<typeof storms>>> = [];
	for (const contender of active) {
		console.log(`… ${contender.label}`);
		played.push(await storms({ n8n, sandbox }, contender, options));
	}
	console.log('… after a restart');
	await n8n.restart();
	for (const { workflowId } of active) await n8n.client.activate(workflowId);
	const rows: Array<Record<string, string | number>> = [];
	for (const [index, { label, workflowId, url }] of active.entries()) {
		const { often = [], twice = [], came = [], overlapping, redelivered } = played[index] ?? {};
		await sendAll(sandbox, url, [...often, ...twice]);
		await untilIdle(n8n.client, workflowId);
		const again = (await emitted(n8n, workflowId)).length - came.length;
		rows.push({
			'': label,
			[`emitted too often, of ${10 * often.length} overlapping deliveries`]:
				overlapping?.repeated ?? 0,
			[`of ${twice.length} redeliveries`]: redelivered?.repeated ?? 0,
			[`of ${often.length + twice.length} after a restart`]: again,
			lost: (overlapping?.lost ?? 0) + (redelivered?.lost ?? 0),
		});
	}
	console.table(rows);
	const [own = {}] = rows;
	const wrong = Object.values(own).filter((figure) => typeof figure === 'number' && figure > 0);
	check(wrong.length === 0, `${OWN}: nothing is emitted twice, nothing is lost`);
	await n8n.stop();
	await sandbox.close();
};
