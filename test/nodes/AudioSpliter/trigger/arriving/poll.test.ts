import type { IPollFunctions } from 'n8n-workflow';
import { poll } from '../../../../../nodes/AudioSpliter/trigger/arriving/poll';
import type { TestClock } from '../../n8n/testClock';
import { testClock, useTestClock } from '../../n8n/testClock';
import { AWAY, failedRow, looker, MINUTE, NOW, REFUSED, row } from './lookSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../../n8n/testClock').workflowOnTestClock(),
);

useTestClock(NOW);

/** A polling trigger that n8n polls every minute. */
const polled = (parameters: Record<string, unknown> = {}) => {
	const base = looker('poll');
	const warned: string[] = [];
	const given: Record<string, unknown> = { events: ['job.completed', 'job.failed'], ...parameters };
	const ctx = {
		...base.ctx,
		getNodeParameter: (name: string, fallback: unknown) => given[name] ?? fallback,
		logger: { debug: () => undefined, warn: (message: string) => warned.push(message) },
	} as unknown as IPollFunctions;
	return {
		...{ ...base, warned, given },
		async poll() {
			const before = base.started.length;
			// Whatever n8n were handed here, it would start an execution of which nobody learns how it ends.
			expect(await poll(ctx)).toBeNull();
			testClock.now += MINUTE;
			return base.started.slice(before).map(({ jobs }) => jobs);
		},
	};
};

it('hands over what has finished since the last poll, once', async () => {
	const trigger = polled();
	trigger.service.rows = [row('old')];
	expect(await trigger.poll()).toEqual([]);
	trigger.service.rows = [row('b'), failedRow('c'), ...trigger.service.rows];
	expect((await trigger.poll()).flat().sort()).toEqual(['b', 'c']);
	// The execution has emitted them.
	trigger.memory.remember([...trigger.keysOf('b'), ...trigger.keysOf('c', 'job.failed')]);
	for (const { end } of trigger.started) end({ finished: true });
	expect(await trigger.poll()).toEqual([]);
});

it('asks for the chosen event alone', async () => {
	const trigger = polled({ events: ['job.failed'] });
	await trigger.poll();
	trigger.service.rows = [row('a'), failedRow('b')];
	trigger.sent.length = 0;
	expect(await trigger.poll()).toEqual([['b']]);
	expect(trigger.paths()).not.toContainEqual(expect.stringContaining('completed'));
});

it('leaves what fails by itself to the next poll', async () => {
	const trigger = polled();
	await trigger.poll();
	trigger.service.rows = [row('a')];
	trigger.service.lists = new Map(['completed', 'failed'].map((status) => [status, AWAY]));
	expect(await trigger.poll()).toEqual([]);
	expect(trigger.warned).toEqual([
		expect.stringContaining('AudioSpliter: a poll failed, and the next one makes up for it: '),
	]);
	trigger.service.lists.clear();
	expect(await trigger.poll()).toEqual([['a']]);
});

it('fails where the key is refused, and makes up for it once it is not', async () => {
	const trigger = polled();
	await trigger.poll();
	trigger.service.rows = [row('a')];
	trigger.service.lists = new Map(['completed', 'failed'].map((status) => [status, REFUSED]));
	await expect(trigger.poll()).rejects.toMatchObject({ httpCode: '401' });
	expect(trigger.warned).toEqual([]);
	trigger.service.lists.clear();
	expect(await trigger.poll()).toEqual([['a']]);
});

it.each<[string, Record<string, unknown>, string]>([
	['an event that there is not', { events: ['job.progress'] }, "'Trigger On'"],
	['no event', { events: [] }, "'Trigger On' names no event"],
	['an output that there is not', { output: 'file' }, "'Output'"],
	[
		'metadata without a key',
		{ filters: { metadata: { values: [{ key: '', value: 'a' }] } } },
		"'Filters > Metadata'",
	],
])('refuses %s before it asks for anything', async (_what, parameters, message) => {
	const trigger = polled(parameters);
	await expect(trigger.poll()).rejects.toThrow(message);
	expect(trigger.sent).toEqual([]);
});
