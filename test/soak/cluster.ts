import { findClusterPrograms } from '../../harness/cluster/programs';
import { atEnd } from '../../harness/processes';
import { killRound, redeliveryRound, simultaneousRound } from '../rounds/cluster/rounds';
import { startClusterStage } from '../rounds/cluster/startStage';
import { check } from './check';
import type { Suite } from './suite';

const tell = (step: string): void =>
	console.log(`${new Date().toISOString().slice(11, 19)} ${step}`);

/** The long form of the cluster suite. */
export const cluster: Suite = async (options) => {
	const { install, tarball, redelivered, killed, simultaneous } = options;
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
