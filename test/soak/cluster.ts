import { findClusterPrograms } from '../../harness/cluster/programs';
import { atEnd } from '../../harness/processes';
import { killRound, redeliveryRound, simultaneousRound } from '../rounds/cluster/rounds';
import { polls } from '../rounds/trigger/polls';
import { pollingCluster } from '../rounds/cluster/executions';
import { lookRound } from '../rounds/cluster/looks';
import { unrecordedRound } from '../rounds/cluster/unrecorded';
import { startClusterStage } from '../rounds/cluster/startStage';
import { check } from './check';
import type { Suite } from './suite';

const tell = (step: string): void =>
	console.log(`${new Date().toISOString().slice(11, 19)} ${step}`);

/** Kills of workers while events arrive. Three of the main process follow. */
const WORKER_KILLS = 7;

/** The long form of the cluster suite. */
export const cluster: Suite = async (options) => {
	const { install, tarball, redelivered, killed, looked, polled, simultaneous } = options;
	const programs = findClusterPrograms();
	if ('missing' in programs) throw new Error(programs.missing);
	const stage = await startClusterStage(install, tarball, programs);
	const done = atEnd(stage.stop);

	if (redelivered > 0) {
		const round = await redeliveryRound(stage, redelivered, stage.cluster.restartAll, tell);
		console.log('Redelivered, before and after a restart of every process:', round);
		check(round.lost === 0, 'no event is lost');
		check(round.repeated <= round.redeliveries / 10_000, 'at most 1 in 10,000 is emitted again');
		check(round.stored === redelivered, 'the store has every event');
	}
	if (killed > 0) {
		const round = await killRound(stage, killed);
		console.log('A worker killed, Redis restarted:', round);
		check(round.lost === 0, 'no event is lost');
	}
	if (looked > 0) {
		const round = await lookRound(stage, { events: looked, kills: WORKER_KILLS }, tell);
		console.log('Workers and main killed, Redis restarted and emptied, with looks:', round);
		check(round.emitted === looked, `${looked} of ${looked} events are emitted, 0 by hand`);
		check(round.repeated <= round.kills, 'at most one event for each kill is emitted twice');
		check(round.repeatedByLookingAnew === 0, 'a new main process finds nothing to emit again');
		const calls = round.callsWhereNothingIsNew;
		check(calls > 0 && calls <= 2, 'one process looks: a call for each chosen event');
	}
	if (polled > 0) {
		const happenings = { 5: 'kill', 10: 'restart', 15: 'kill', 20: 'kill', 25: 'kill' } as const;
		const round = await polls(pollingCluster(stage.cluster), { rounds: polled, happenings });
		console.log('Jobs that finish over polls, with main killed and restarted:', round);
		check(round.emitted === round.finished, `${round.finished} jobs are emitted`);
		check(round.repeated === 0, 'none is emitted twice');
		check(round.fromBefore === 0, 'nor is any from before');
		const unrecorded = await unrecordedRound(stage);
		console.log('Continue On Fail, and a database that takes no records:', unrecorded);
		check(unrecorded.itemsWhileAway === 1, 'the failure is an item');
		check(unrecorded.itemsOnceBack === 1, 'and the job comes out with the next poll');
		check(unrecorded.itemsAfter === 0, 'once');
	}
	if (simultaneous > 0) {
		const round = await simultaneousRound(stage, simultaneous);
		console.log('Delivered twice at once:', round);
		check(round.lost === 0, 'no event is lost');
		check(round.repeated === 0, 'of two deliveries at once one is emitted');
	}
	const processes = [stage.cluster.main, ...stage.cluster.processors, ...stage.cluster.workers];
	for (const { name, residentMemory } of processes) {
		console.log(`${name}: ${Math.round(residentMemory())} MB`);
	}
	done();
	await stage.stop();
};
