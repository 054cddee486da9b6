import type { N8nClient } from '../../../harness/client';
import { createClient } from '../../../harness/client';
import type { N8nInstall } from '../../../harness/installN8n';
import type { N8n, N8nOptions } from '../../../harness/n8n';
import { startN8n } from '../../../harness/n8n';
import { DEFAULT_N8N_VERSION, isFrom } from '../../../harness/n8nVersions';

/** An n8n that the project's global set-up leaves for the test files. */
export interface SharedN8n {
	install: N8nInstall;
	tarball: string;
	url: string;
	userFolder: string;
	cookie: string;
	pid: number;
}

/** What the global set-up has started, one for each file that may run at a time. */
export const SHARED_N8N = 'AUDIOSPLITER_E2E_N8N';

/**
 * An n8n with the package installed that files share, one after the other. Files that run at the same time have one each, since
 * the size of its data and what it has just done change how it answers. Workflows keep those before apart.
 */
export const sharedN8n = (): SharedN8n => {
	const described = process.env[SHARED_N8N];
	if (!described) throw new Error('No shared n8n: run the e2e project with npm test.');
	const shared = JSON.parse(described) as SharedN8n[];
	const own = shared[(Number(process.env.JEST_WORKER_ID ?? 1) - 1) % shared.length];
	return own as SharedN8n;
};

/** Whether the shared n8n is older than the one that the tests are written for, to the minor version. */
export const isOlder = (): boolean => !isFrom(DEFAULT_N8N_VERSION, sharedN8n().install.version);

/** A client on the shared n8n. Do not stop it, and do not change its owner. */
export const connectToN8n = async (): Promise<N8nClient & { url: string }> => {
	const { url, userFolder, cookie, install } = sharedN8n();
	return { ...(await createClient({ url, userFolder, cookie, node: install.node })), url };
};

/**
 * An n8n of one's own, with the package installed: to restart, to kill, or to run with other settings.
 * Stop it in `afterAll`.
 */
export const startOwnN8n = async (
	options: Omit<N8nOptions, 'install' | 'tarball'> = {},
): Promise<N8n> => {
	const { install, tarball } = sharedN8n();
	return await startN8n({ install, tarball, ...options });
};
