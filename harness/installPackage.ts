import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm';
import { explainNpmFailure } from './npmFailure';

/**
 * Installs a packed community package where n8n looks for them, with the flags n8n itself uses.
 *
 * @param userFolder n8n's `N8N_USER_FOLDER`
 */
export const installPackage = async (tarball: string, userFolder: string): Promise<void> => {
	const nodes = join(userFolder, '.n8n', 'nodes');
	mkdirSync(nodes, { recursive: true });
	const manifest = join(nodes, 'package.json');
	if (!existsSync(manifest)) {
		writeFileSync(
			manifest,
			JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }),
		);
	}
	const { code, log } = await runNpm(
		['install', tarball, '--ignore-scripts', '--legacy-peer-deps'],
		{ cwd: nodes },
	);
	if (code !== 0) throw new Error(explainNpmFailure(`Installing ${tarball} into n8n`, log));
};
