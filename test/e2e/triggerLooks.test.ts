import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { untilIdle } from '../../harness/untilIdle';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import type { SentEvent } from '../rounds/events';
import { answersOfTrigger, countEmitted, makeEvents, sendAll } from '../rounds/events';
import type { Listening } from '../rounds/listening';
import { listen } from '../rounds/listening';
import type { Sink } from '../rounds/sink';
import { startSink } from '../rounds/sink';
import { statuses, untilRegistered } from '../rounds/trigger/place';
import { polls, pollingN8n } from '../rounds/trigger/polls';
import { deliverWhile } from '../rounds/trigger/starts';
import type { Ways } from '../rounds/trigger/ways';
import { emittedInEach, isOfStartingN8n, startWays } from '../rounds/trigger/ways';
import { until } from '../support/until';
import { startOwnN8n } from './support/n8n';

/** A workflow that looks for missed events every minute, on an account of its own. */
interface Watched extends Listening {
	sandbox: Sandbox;
	sink: Sink;
}

const LOOKS = { lookForMissed: true, lookEvery: 1 };

/** A look leaves a job to its webhook for two minutes, and the next one follows within a minute. */
const FOUND_WITHIN = 240_000;

jest.setTimeout(2 * FOUND_WITHIN);

let n8n: N8n;
let withWebhooks: Watched;
let without: Watched;
let starting: Ways;
let sentWhileStarting: SentEvent[];

const watch = async (): Promise<Watched> => {
	const [sandbox, sink] = await Promise.all([startSandbox({ plan: 'pro' }), startSink()]);
	for (let index = 0; index < 300; index++) sandbox.addSyntheticJob({ id: `old_${index}` });
	const credential = await sandboxCredential(n8n.client, sandbox);
	return { ...(await listen(n8n, credential, sink, LOOKS)), sandbox, sink };
};

const events = makeEvents('missed', 200);

const ONCE = { emitted: 200, lost: 0, repeated: 0 };

/** Finishes the jobs, without a word to n8n. */
const finishAll = ({ sandbox }: Watched) => {
	for (const { jobId } of events) sandbox.addSyntheticJob({ id: jobId });
};

beforeAll(async () => {
	n8n = await startOwnN8n();
	[withWebhooks, without] = [await watch(), await watch()];
	starting = await startWays(n8n, ['looks']);
});

afterAll(async () => {
	await n8n.stop();
	for (const { sandbox, sink } of [withWebhooks, without]) {
		await Promise.all([sandbox.close(), sink.close()]);
	}
	await starting.close();
});

describe('a trigger that looks for missed events', () => {
	it('is restarted while events arrive, and n8n acknowledges what it does not hand on', async () => {
		const some = makeEvents('while_starting', 200);
		const { sent, sending } = await deliverWhile(starting, n8n.restart(), some);
		await untilRegistered(withWebhooks, withWebhooks.url);
		const deliveries = await Promise.all(sending);
		const own = deliveries.filter(isOfStartingN8n).length;
		console.log(`${sent.length} events while n8n started, ${own} acknowledged by n8n alone`);
		sentWhileStarting = sent;
	});

	it('leaves to their webhooks what these bring', async () => {
		finishAll(without);
		without.sandbox.disableWebhook(without.url);
		const dropped = await sendAll(without.sandbox, without.url, events);
		expect(dropped.every(({ state }) => state === 'dropped')).toBe(true);
		finishAll(withWebhooks);
		await sendAll(withWebhooks.sandbox, withWebhooks.url, events);
		await untilIdle(n8n.client, withWebhooks.workflowId);
		expect(countEmitted(withWebhooks.sink.received, events)).toEqual(ONCE);
	});

	// While the looks wait for webhooks.
	it('has a twin that polls, which misses nothing either', async () => {
		const polled = await startOwnN8n();
		const { executions, repeated, ...figures } = await polls(pollingN8n(polled), {
			rounds: 30,
		}).finally(polled.stop);
		console.log('300 jobs over 30 polls, executions:', executions);
		expect(figures).toEqual({
			// One for each event, whatever the account's history.
			callsWhereNothingIsNew: 2,
			...{ finished: 300, emitted: 300, fromBefore: 0 },
		});
		// What one poll has found, where the kill falls between the emission and the note that it is done.
		expect(repeated).toBeLessThanOrEqual(10);
	});

	it('emits what the service no longer delivers, and nothing twice', async () => {
		await until(() => without.sink.received.length >= 200, { within: FOUND_WITHIN, every: 500 });
		await untilIdle(n8n.client, without.workflowId);
		expect(countEmitted(without.sink.received, events)).toEqual(ONCE);
		without.sandbox.enableWebhook(without.url);
		const late = await sendAll(without.sandbox, without.url, events);
		expect(answersOfTrigger(late)).toEqual({ '200 {"received":true,"duplicate":true}': 200 });
		await untilIdle(n8n.client, without.workflowId);
		expect(without.sink.received).toHaveLength(200);
	});

	it('emits what n8n has acknowledged and lost while it started', async () => {
		const figures = () => emittedInEach(starting, sentWhileStarting)[0];
		await until(() => figures()?.lost === 0, { within: FOUND_WITHIN, every: 500 });
		expect(figures()).toMatchObject({ emitted: sentWhileStarting.length, repeated: 0 });
	});

	it('starts no execution that emits nothing', async () => {
		expect(await statuses(n8n, withWebhooks.workflowId)).toEqual({ success: 200 });
		expect(await statuses(n8n, without.workflowId)).toEqual({ success: 1 });
	});
});
