import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Proxy } from '../../harness/cluster/proxy';
import { startProxy } from '../../harness/cluster/proxy';
import { inParallel } from '../support/inParallel';
import type { Triggered } from '../support/triggered';
import { activeTrigger, emittedJobs, RECEIVED } from '../support/triggered';
import { useSandbox } from './support/stage';

// A documented minute lasts a second.
const stage = useSandbox({ timeScale: 60, webhookConcurrency: 16 });
let proxy: Proxy;
let trigger: Triggered;

beforeAll(async () => {
	const port = Number(new URL(stage.url).port);
	proxy = await startProxy(() => ({ processors: [port], main: port }));
	trigger = await activeTrigger(stage, stage.credential);
});

afterAll(async () => await proxy?.close());

/** True so many times. */
const times = (count: number) => {
	let left = count;
	return () => left-- > 0;
};

const deliver = async (jobId: string) =>
	await stage.sandbox.send({ url: trigger.url.replace(stage.url, proxy.url), jobId }).done;

/** Begins so many deliveries that never get beyond the first byte of their bodies. */
const startHanging = async (count: number, answers: string[]): Promise<Socket[]> => {
	const { hostname, port, pathname } = new URL(trigger.url);
	const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 1000`;
	return await Promise.all(
		Array.from({ length: count }, async () => {
			const socket = connect(Number(port), hostname).on('error', () => undefined);
			socket.on('data', (chunk: Buffer) => answers.push(chunk.toString()));
			await once(socket, 'connect');
			socket.write(`${head}\r\nX-AudioSpliter-Signature: ${'0'.repeat(64)}\r\n\r\n{`);
			return socket;
		}),
	);
};

describe('a network that breaks between the sender and n8n', () => {
	it('in the middle of a body: nothing is emitted, and the redelivery is', async () => {
		proxy.cutBodies(times(2));
		const { state, attempts } = await deliver('cut');
		expect(state).toBe('delivered');
		expect(attempts.map(({ status }) => status)).toEqual([null, null, 200]);
		expect(JSON.parse(attempts.at(-1)?.responseBody ?? '')).toEqual(RECEIVED.body);
		expect(emittedJobs(await trigger.outputs())).toEqual(['cut']);
		expect(await trigger.executions()).toBe(1);
	});

	// Which of the two the service does is not documented.
	it.each([
		['the same', { bodyOnRetry: 'same', deliveryIdPerAttempt: false }],
		['made anew', { bodyOnRetry: 'regenerated', deliveryIdPerAttempt: true }],
	] as const)(
		'after n8n has stored an event and before the sender knows, attempts %s: emitted once',
		async (what, switches) => {
			for (const [name, value] of Object.entries(switches)) stage.sandbox.setSwitch(name, value);
			proxy.loseAnswers(times(2));
			const { state, attempts } = await deliver(`unheard, ${what}`);
			expect(state).toBe('delivered');
			expect(attempts.map(({ status }) => status)).toEqual([null, null, 200]);
			expect(new Set(attempts.map(({ deliveryId }) => deliveryId)).size).toBe(
				switches.deliveryIdPerAttempt ? 3 : 1,
			);
			const jobs = emittedJobs(await trigger.outputs());
			expect(jobs.filter((id) => id === `unheard, ${what}`)).toHaveLength(1);
		},
	);
});

describe('40 deliveries that hang in their bodies', () => {
	it('keep none from arriving that comes whole, and start nothing', async () => {
		const before = await trigger.executions();
		const early: string[] = [];
		const sockets = await startHanging(40, early);
		const deliveries: Array<{ state: string; attempts: unknown[] }> = [];
		try {
			await inParallel(20, 4, async (index) => {
				const { url } = trigger;
				const { done } = stage.sandbox.send({ url, jobId: `beside_${index}` });
				deliveries.push(await done);
			});
			expect(deliveries.map(({ state }) => state)).toEqual(Array(20).fill('delivered'));
			expect(early).toEqual([]);
		} finally {
			for (const socket of sockets) socket.destroy();
		}
		const jobs = emittedJobs(await trigger.outputs()).filter((id) => id.startsWith('beside'));
		expect(jobs.sort()).toEqual([...new Set(jobs)].sort());
		expect(jobs).toHaveLength(20);
		// Each attempt that was acknowledged late is an execution that emits nothing. Those that hang have none.
		const attempts = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0);
		expect((await trigger.executions()) - before).toBeLessThanOrEqual(attempts);
	});
});
