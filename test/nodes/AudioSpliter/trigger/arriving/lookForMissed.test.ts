import type { ITriggerFunctions } from 'n8n-workflow';
import { lookForMissed } from '../../../../../nodes/AudioSpliter/trigger/arriving/lookForMissed';
import type { TestClock } from '../../n8n/testClock';
import { testClock, useTestClock } from '../../n8n/testClock';
import { AWAY, looker, MINUTE, NOW, REFUSED, row, settle } from './lookSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../../n8n/testClock').workflowOnTestClock(),
);

useTestClock(NOW);

/** A trigger that n8n activates, with its clock. */
const activated = (parameters: Record<string, unknown> = {}, activation = 'activate') => {
	const base = looker();
	const failures: Error[] = [];
	const ticks: Array<() => void> = [];
	const given: Record<string, unknown> = { lookForMissed: true, ...parameters };
	const ctx = {
		...base.ctx,
		getMode: () => 'trigger',
		getActivationMode: () => activation,
		getNodeParameter: (name: string, fallback: unknown) =>
			given[name] ?? (name === 'events' ? ['job.completed', 'job.failed'] : fallback),
		saveFailedExecution: (error: Error) => failures.push(error),
		logger: { debug: () => undefined, warn: () => undefined },
		helpers: {
			...base.ctx.helpers,
			registerCron: (_cron: object, onTick: () => void) => ticks.push(onTick),
		},
	} as unknown as ITriggerFunctions;
	const tick = async (minutes = 1) => {
		testClock.now += minutes * MINUTE;
		for (const onTick of ticks) onTick();
		for (let turn = 0; turn < 100; turn++) await settle();
	};
	return { ...base, failures, ticks, tick, activate: async () => await lookForMissed(ctx) };
};

const refuseAll = (answer: object) =>
	new Map([
		['completed', answer],
		['failed', answer],
	]);

it('a trigger that does not look has no clock and asks for nothing', async () => {
	const { activate, ticks, sent } = activated({ lookForMissed: false });
	expect(await activate()).toEqual({});
	expect([ticks.length, sent.length]).toEqual([0, 0]);
});

it('looks as often as it is told, and hands over what has been finished for two minutes', async () => {
	const { activate, tick, service, sent, started } = activated({ lookEvery: 10 });
	await activate();
	await tick();
	service.rows = [row('a')];
	sent.length = 0;
	for (let minute = 0; minute < 9; minute++) await tick();
	expect(sent).toHaveLength(0);
	await tick();
	expect(sent).toHaveLength(2);
	expect(started.map(({ jobs }) => jobs)).toEqual([['a']]);
});

it('looks again a minute after a failure, and shows a refused key once an hour', async () => {
	const { activate, tick, service, failures, sent } = activated({ lookEvery: 60 });
	await activate();
	service.lists = refuseAll(AWAY);
	await tick();
	expect(failures).toHaveLength(0);
	service.lists = refuseAll(REFUSED);
	sent.length = 0;
	for (let minute = 0; minute < 59; minute++) await tick();
	expect(sent.length).toBeGreaterThanOrEqual(59);
	expect(failures).toHaveLength(1);
	await tick(2);
	expect(failures).toHaveLength(2);
});

it.each([
	['activate', REFUSED, true],
	['update', REFUSED, true],
	['init', REFUSED, false],
	['activate', AWAY, false],
])('activation "%s" while the service refuses: %#', async (activation, answer, isRefused) => {
	const { activate, service } = activated({}, activation);
	service.lists = refuseAll(answer);
	const outcome = await activate().then(
		() => 'activated',
		() => 'refused',
	);
	expect(outcome).toBe(isRefused ? 'refused' : 'activated');
});

it('starts nothing once it is deactivated, and reports nothing', async () => {
	const { activate, tick, service, started, failures } = activated({ lookEvery: 1 });
	const { closeFunction } = await activate();
	await tick();
	service.rows = [row('a')];
	await closeFunction?.();
	await tick(5);
	expect([started.length, failures.length]).toEqual([0, 0]);
});
