import type { N8nInstall } from '../../../harness/installN8n';
import { installN8n } from '../../../harness/installN8n';
import { startN8n } from '../../../harness/n8n';
import { wantedN8nVersion } from '../../../harness/n8nVersions';
import { build, pack } from '../../../harness/pack';
import { atEnd, endEverything, endWithThisProcess } from '../../../harness/processes';
import { unpackForEngine } from '../../engine/support/unpack';
import { SHARED_N8N } from './n8n';
import type { SharedN8n } from './n8n';

/** jest reports nothing at all when a set-up fails; continuous integration reads the last line all the same. */
const reportFailure = (): void => {
	process.once('exit', () => process.stdout.write('0 passed, 1 failed\n'));
};

const startShared = async (install: N8nInstall, tarball: string): Promise<SharedN8n> => {
	const n8n = await startN8n({ install, tarball });
	atEnd(async () => await n8n.stop());
	return {
		...{ install, tarball },
		...{ url: n8n.url, userFolder: n8n.userFolder, cookie: n8n.client.cookie, pid: n8n.pid() },
	};
};

/**
 * Starts the n8n that e2e files share, one for each that may run at a time. `npm test` has installed n8n and packed the
 * package by then.
 */
const setUp = async (workers: number): Promise<void> => {
	const install = await installN8n(wantedN8nVersion());
	let tarball = process.env.AUDIOSPLITER_TARBALL;
	if (!tarball) {
		await build();
		tarball = await pack();
	}
	// `engineSample` compares n8n with its engine alone.
	unpackForEngine(tarball);
	const starting = Array.from(
		{ length: workers },
		async () => await startShared(install, String(tarball)),
	);
	process.env[SHARED_N8N] = JSON.stringify(await Promise.all(starting));
};

module.exports = async ({ maxWorkers }: { maxWorkers: number }): Promise<void> => {
	endWithThisProcess();
	try {
		await setUp(maxWorkers);
	} catch (error) {
		await endEverything();
		reportFailure();
		throw error;
	}
};
