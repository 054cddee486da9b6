import { findClusterPrograms } from '../../harness/cluster/programs';
import { installN8n } from '../../harness/installN8n';
import { DEFAULT_N8N_VERSION } from '../../harness/n8nVersions';
import { build, pack } from '../../harness/pack';
import { atEnd, endEverything, endWithThisProcess } from '../../harness/processes';
import { killRound, redeliveryRound, simultaneousRound } from '../e2e/support/clusterRounds';
import { startClusterStage } from '../e2e/support/startClusterStage';

const check = (holds: boolean, what: string): void => {
	console.log(`${holds ? 'holds' : 'FAILS'}: ${what}`);
	if (!holds) process.exitCode = 1;
};

const tell = (step: string): void =>
	console.log(`${new Date().toISOString().slice(11, 19)} ${step}`);

/** The long form of the cluster suite. The arguments are the events of its rounds. */
const main = async (): Promise<void> => {
	endWithThisProcess();
	const [redelivered = 2_000, killed = 500, simultaneous = 200] = process.argv.slice(2).map(Number);
	const programs = findClusterPrograms();
	if ('missing' in programs) throw new Error(programs.missing);
	const install = await installN8n(DEFAULT_N8N_VERSION);
	await build();
	const stage = await startClusterStage(install, await pack(), programs);
	atEnd(stage.stop);

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
};

void main()
	.catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	})
	.finally(endEverything);
