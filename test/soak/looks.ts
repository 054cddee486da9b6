import { playBreakages } from '../rounds/trigger/breakages';
import { disabledForADay } from '../rounds/trigger/disabled';
import { kills } from '../rounds/trigger/kills';
import { polls, pollingN8n } from '../rounds/trigger/polls';
import { restarts, update } from '../rounds/trigger/starts';
import type { emittedInEach } from '../rounds/trigger/ways';
import { check } from './check';
import type { Part } from './part';

/** Prints what each of the ways has emitted, and checks the one that looks. */
const checkLooks = (
	emitted: ReturnType<typeof emittedInEach>,
	{ events, repeated = 0 }: { events: number; repeated?: number },
): void => {
	console.table(emitted);
	const looking = emitted.find(({ way }) => way === 'looks');
	check(looking?.emitted === events, `${events} of ${events} events are emitted, none by hand`);
	check((looking?.repeated ?? Infinity) <= repeated, `at most ${repeated} are emitted twice`);
};

/** Parts in which nobody does anything by hand: looks and polls find what was missed. */
export const LOOKS_PARTS: Record<string, Part> = {
	'kills with looks': {
		sandbox: { timeScale: 120, webhookConcurrency: 16, plan: 'pro' },
		run: async (stage, { seed }, of) => {
			const [events, times] = [of(500), Math.max(2, of(20))];
			const result = await kills(stage.n8n, stage, { events, kills: times, seed, way: 'looks' });
			console.log('Killed while events arrived, with looks for missed events:', result);
			check(result.emitted === events, `${events} of ${events} events are emitted`);
			check(result.retriedByHand === 0, 'none was retried by hand');
			check(result.repeated <= times, 'at most one event for each kill is emitted twice');
		},
	},

	'kills of the hand-built chain': {
		sandbox: { timeScale: 120, webhookConcurrency: 16 },
		run: async (stage, { seed }, of) => {
			const [events, times] = [of(500), Math.max(2, of(20))];
			const result = await kills(stage.n8n, stage, { events, kills: times, seed, way: 'chain' });
			console.log('Killed while events arrived, hand-built chain:', result);
		},
	},

	'outages with looks': {
		run: async ({ n8n }, { install: { node }, seed }, of) => {
			const [events, breakages] = [of(125), Math.max(2, of(5))];
			const played: Array<{ how: string; figures: Awaited<ReturnType<typeof playBreakages>> }> = [];
			for (const how of ['locked', 'full', 'data full', 'record full'] as const) {
				const figures = await playBreakages(n8n, { node, how, events, breakages, seed });
				played.push({ how, figures });
			}
			// Side by side, since all of it is waiting.
			const all = await Promise.all(
				played.map(async ({ how, figures }) => ({ how, ...(await figures()) })),
			);
			for (const { how, emitted, ...more } of all) {
				console.log(`Database ${how}, now and then:`, more);
				checkLooks(emitted, { events, repeated: breakages });
			}
		},
	},

	starts: {
		run: async ({ n8n }, { install, tarball }, of) => {
			// Side by side, since most of it is waiting.
			const [{ emitted, ...restarted }, { emitted: emittedAround, ...updated }] = await Promise.all(
				[restarts(n8n, of(500)), update(install, tarball)],
			);
			console.log('Events at every moment of restarts:', restarted);
			// What n8n emits last before it stops may not be recorded as emitted any more.
			checkLooks(emitted, { ...restarted, repeated: restarted.starts });
			console.log('Events at every moment of an update:', updated);
			checkLooks(emittedAround, updated);
		},
	},

	disabled: {
		run: async ({ n8n }, { install }, of) => {
			const { emitted, ...result } = await disabledForADay(n8n, install.node, of(200));
			console.log('Webhook disabled for a day:', result);
			checkLooks(emitted, result);
			check(result.emittedThatNobodyAskedFor === 0, 'no older job is emitted');
			check(result.emittedAfterLateWebhooks === 0, 'late webhooks emit nothing again');
		},
	},

	polls: {
		run: async ({ n8n }) => {
			const result = await polls(pollingN8n(n8n), { rounds: 30 });
			console.log('The polling trigger, over 30 polls:', result);
			check(result.callsWhereNothingIsNew === 2, 'one call for each event where nothing is new');
			check(result.emitted === result.finished, `${result.finished} jobs are emitted`);
			check(
				result.repeated <= 10,
				'at most what one poll has found, for the kill, is emitted twice',
			);
			check(result.fromBefore === 0, 'none of before the publication is emitted');
		},
	},
};
