import type { Clock } from '../../nodes/AudioSpliter/n8n/clock';
import { isPlacesError } from './service';
import type { BatchResult, BatchSetting } from './simulate';
import { leastTime, stageOf } from './simulate';

/**
 * What people build by hand: each recording by itself (Loop Over Items around Create, one after the other), or all
 * submitted at once and each asked for every five seconds (the guide's loop).
 */
export type Built = 'Loop Over Items' | "guide's loop";

const GUIDE_PAUSE_MS = 5_000;

/** Milliseconds for which the guide's loop submits one recording again before it gives up on it. */
const GUIDE_PATIENCE_MS = 5 * 60_000;

type Service = ReturnType<typeof stageOf>['service'];

/** Asks every five seconds until the job has ended, looking at nothing but the status. */
async function waitFor(clock: Clock, service: Service, id: string): Promise<void> {
	for (;;) {
		await clock.sleep(GUIDE_PAUSE_MS);
		const { isAllowed } = await ask(clock, service);
		if (isAllowed && service.show(Number(id), clock.now()).status === 'completed') return;
	}
}

/** One request of a client that keeps to no budget. */
async function ask(clock: Clock, service: Service): Promise<{ isAllowed: boolean }> {
	await clock.sleep(100);
	const { isAllowed } = service.count();
	service.counts.gets += 1;
	if (!isAllowed) service.counts.limited += 1;
	return { isAllowed };
}

/** @returns the job's ID, or undefined where it was refused for too long */
async function submit(clock: Clock, service: Service): Promise<string | undefined> {
	const until = clock.now() + GUIDE_PATIENCE_MS;
	while (clock.now() < until) {
		const { isAllowed } = await ask(clock, service);
		const answer = isAllowed ? service.take() : undefined;
		if (answer !== undefined && !isPlacesError(answer)) return answer.id;
		await clock.sleep(GUIDE_PAUSE_MS);
	}
	return undefined;
}

/** Runs a batch as a workflow built by hand does, in simulated time. */
export async function simulateBuilt(built: Built, setting: BatchSetting): Promise<BatchResult> {
	const { clock, lengths, service } = stageOf(setting);
	const startedAt = clock.now();
	let finished = 0;
	const run = async (): Promise<void> => {
		const waits: Array<Promise<void>> = [];
		for (let index = 0; index < setting.jobs; index++) {
			const id = await submit(clock, service);
			if (id === undefined) continue;
			const waiting = waitFor(clock, service, id).then(() => {
				finished += 1;
			});
			if (built === 'Loop Over Items') await waiting;
			else waits.push(waiting);
		}
		await Promise.all(waits);
	};
	await clock.run(run());
	const { refusedCreates, lists, gets, limited } = service.counts;
	return {
		...{ finished, refusedCreates, lists, gets, limited },
		took: clock.now() - startedAt,
		least: leastTime(lengths, setting.plan.places),
		calls: gets,
	};
}
