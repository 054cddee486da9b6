import type { Cluster } from '../../../harness/cluster/cluster';
import { startCluster } from '../../../harness/cluster/cluster';
import type { ClusterPrograms } from '../../../harness/cluster/programs';
import type { N8nInstall } from '../../../harness/installN8n';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { SandboxOptions } from '../../../sandbox';
import { sandboxWithRecording } from '../../support/sandbox';
import type { ClusterStage } from './rounds';

/** The first retry comes after two seconds instead of a minute; 16 deliveries at a time. */
const SENDER: SandboxOptions = { timeScale: 30, webhookConcurrency: 16 };

/**
 * As in `deploy/`: until the lock of a killed worker's execution ends (n8n's default is a minute), the event in it is
 * kept for a retry. Then n8n overwrites it with an error. And n8n's processes wait for a Redis that is restarted, also
 * on a busy machine (n8n's default is 10 s, then they end).
 */
const SETTINGS: NodeJS.ProcessEnv = {
	QUEUE_WORKER_LOCK_DURATION: '3600000',
	QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '60000',
};

/** Starts a cluster and a sandbox that delivers to it. */
export const startClusterStage = async (
	install: N8nInstall,
	tarball: string,
	programs: ClusterPrograms,
): Promise<ClusterStage & { stop(): Promise<void> }> => {
	const sandbox = await sandboxWithRecording(SENDER);
	let cluster: Cluster | undefined;
	const stop = async () => {
		await cluster?.stop();
		await sandbox.close();
	};
	try {
		cluster = await startCluster({ install, programs, tarball, env: SETTINGS });
		const credential = await sandboxCredential(cluster.client, sandbox);
		return { cluster, sandbox, credential, stop };
	} catch (error) {
		await stop();
		throw error;
	}
};
