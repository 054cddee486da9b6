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

/** Starts the n8n that all e2e files share. `npm test` has installed n8n and packed the package by then. */
const setUp = async (): Promise<void> => {
	const install = await installN8n(wantedN8nVersion());
	let tarball = process.env.AUDIOSPLITER_TARBALL;
	if (!tarball) {
		await build();
		tarball = await pack();
	}
	// `engineSample` compares n8n with its engine alone.
	unpackForEngine(tarball);
	const n8n = await startN8n({ install, tarball });
	atEnd(async () => await n8n.stop());
	const shared: SharedN8n = {
		install,
		tarball,
		url: n8n.url,
		userFolder: n8n.userFolder,
		cookie: n8n.client.cookie,
		pid: n8n.pid(),
	};
	process.env[SHARED_N8N] = JSON.stringify(shared);
};

module.exports = async (): Promise<void> => {
	endWithThisProcess();
	try {
		await setUp();
	} catch (error) {
		await endEverything();
		reportFailure();
		throw error;
	}
};
