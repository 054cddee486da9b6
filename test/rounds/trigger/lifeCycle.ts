import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { activeTrigger, triggerDraft } from '../../support/triggered';
import { until } from '../../support/until';
import { answersOf, countEmitted, makeEvents } from '../events';
import { stream } from './inFlight';
import type { Place } from './place';
import { emittedBy, statuses } from './place';
import { redeliverAll } from './storm';

/** The workflow is renamed, edited, published, deactivated and activated while events arrive. */
export const edits = async (place: Place, size: number) => {
	const { client, credential, sandbox } = place;
	const { workflowId, url, trigger } = await activeTrigger(place, credential);
	const events = makeEvents(`edited_${size}`, size);
	const flow = stream(place, url, events, 8);
	const publish = async (changes: Partial<typeof trigger>, name: string) => {
		const draft = triggerDraft({ ...trigger, ...changes });
		await client.updateWorkflow(workflowId, { ...draft, name });
		await client.activate(workflowId);
	};
	await flow.until(1 / 5);
	await publish({ name: 'When a job ends' }, 'Another name');
	await flow.until(2 / 5);
	// Not the output: segments are asked for at the API, which knows nothing of these jobs.
	const subscribed = ['job.completed', 'job.failed', 'job.progress'];
	await publish({ name: 'When a job ends', parameters: { events: subscribed } }, 'Another name');
	await publish({ name: 'Trigger', parameters: {} }, 'The first name');
	await flow.until(3 / 5);
	await client.deactivate(workflowId);
	await sleep(500);
	await client.activate(workflowId);
	const sent = await flow.done;
	const emitted = countEmitted(await emittedBy(place, workflowId), events);
	sandbox.setSwitch('deliveryIdPerAttempt', false);
	const again = await redeliverAll(place, [{ workflowId, url, events }], 'new');
	return {
		events: size,
		...emitted,
		deliveredAgain: again.delivered,
		emittedAgain: again.emitted,
		delivered: sent.filter(({ state }) => state === 'delivered').length,
		answers: answersOf(sent),
		executions: await statuses(place, workflowId),
	};
};

/** The time in which either side still has the old secret. */
const APART_MS = 1_500;

/** The signing secret is replaced while events arrive: first in n8n, and once more first at the service. */
export const rotations = async (place: Place, size: number) => {
	const { client, sandbox } = place;
	const newSecret = () => `whsec_${randomUUID()}`;
	const data = (signingSecret: string) => ({
		...{ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl, signingSecret },
	});
	const original = sandbox.signingSecret;
	const credential = await client.createCredential('audioSpliterApi', data(original));
	const { workflowId, url } = await activeTrigger(place, credential);
	const events = makeEvents(`rotated_${size}`, size);
	const flow = stream(place, url, events, 8);
	const [second, third] = [newSecret(), newSecret()];

	await flow.until(1 / 4);
	await client.updateCredential(credential, data(second));
	await sleep(APART_MS);
	sandbox.setSigningSecret(second);
	await flow.until(2 / 4);
	sandbox.setSigningSecret(third);
	await sleep(APART_MS);
	await client.updateCredential(credential, data(third));
	const sent = await flow.done;
	sandbox.setSigningSecret(original);

	const post = async (signingSecret: string, jobId: string): Promise<number | null> => {
		sandbox.enableWebhook(url);
		const sending = sandbox.send({ url, jobId, signingSecret, maxAttempts: 1 });
		return (await sending.done).attempts[0]?.status ?? null;
	};
	// However soon the events had all come, the newest secret is used before the older ones are tried.
	const newest = await post(third, 'job_newest');
	const oldAfterNew = [await post(original, 'job_old_1'), await post(second, 'job_old_2')];

	// Where nobody uses the new secret yet, the old one lives until its time in the process's memory ends.
	const fourth = newSecret();
	await client.updateCredential(credential, data(fourth));
	const replacedAt = Date.now();
	let accepted = 0;
	const isRefused = async () => {
		const status = await post(third, `job_late_${accepted}`);
		if (status === 200) accepted += 1;
		return status === 401;
	};
	await until(isRefused, { every: 250 });
	const secondsUntilRefused = (Date.now() - replacedAt) / 1000;
	const newAtOnce = [newest, await post(fourth, 'job_new')];
	return {
		events: size,
		...countEmitted(await emittedBy(place, workflowId), events),
		delivered: sent.filter(({ state }) => state === 'delivered').length,
		answers: answersOf(sent),
		oldAfterNew,
		newAtOnce,
		acceptedAfterReplacement: accepted,
		secondsUntilRefused,
	};
};
