import { edits, rotations } from '../rounds/trigger/lifeCycle';
import type { Played } from '../rounds/trigger/storm';
import { overlapping, redeliverAll, redelivered } from '../rounds/trigger/storm';
import { seedOf } from '../support/seed';
import { useSandbox } from './support/stage';

// A documented minute lasts a second.
const stage = useSandbox({ timeScale: 60, webhookConcurrency: 16 });

describe.each(['kept', 'new'] as const)(
	'events whose redeliveries have the delivery ID %s',
	(ids) => {
		const played: Played[] = [];

		it('are emitted once each, however their deliveries overlap', async () => {
			const seed = seedOf('order of the deliveries');
			const storm = await overlapping(stage, { events: 30, deliveries: 300, ids, seed });
			console.log(`300 deliveries of 30 events, delivery ID ${ids}:`, storm.figures);
			played.push(storm.played);
			expect(storm.figures).toMatchObject({ emitted: 30, repeated: 0, delivered: 300 });
		}, 300_000);

		it('are emitted and remembered, and emitted no more', async () => {
			const twice = await redelivered(stage, { events: 60, atOnce: 16, ids });
			console.log(`60 events, each delivered again, delivery ID ${ids}:`, twice.figures);
			played.push(twice.played);
			expect(twice.figures).toMatchObject({ emitted: 60, repeated: 0, remembered: 60 });
			const again = await redeliverAll(stage, played, ids);
			expect(again).toMatchObject({ emitted: 0, delivered: 90 });
		}, 300_000);
	},
);

describe('a workflow that changes while events arrive', () => {
	it('emits each once: renamed, edited, published, deactivated and activated', async () => {
		const figures = await edits(stage, 40);
		console.log('Changed while 40 events arrived:', figures);
		expect(figures).toMatchObject({
			emitted: 40,
			repeated: 0,
			delivered: 40,
			deliveredAgain: 40,
			emittedAgain: 0,
		});
	}, 300_000);

	it('emits each once while the signing secret is replaced, and then refuses the old one', async () => {
		const figures = await rotations(stage, 40);
		console.log('Secret replaced while 40 events arrived:', figures);
		expect(figures).toMatchObject({
			...{ emitted: 40, repeated: 0, delivered: 40 },
			...{ oldAfterNew: [401, 401], newAtOnce: [200, 200] },
		});
	}, 300_000);
});
