import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm';
import { explainNpmFailure } from './npmFailure';

/**
 * Installs packed community packages where n8n looks for them, with the flags n8n itself uses.
 *
 * @param userFolder n8n's `N8N_USER_FOLDER`
 */
export const installPackages = async (
	tarballs: readonly string[],
	userFolder: string,
): Promise<void> => {
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
		['install', ...tarballs, '--ignore-scripts', '--legacy-peer-deps'],
		{ cwd: nodes },
	);
	if (code === 0) return;
	throw new Error(explainNpmFailure(`Installing ${tarballs.join(', ')} into n8n`, log));
};

/** Installs one packed community package; see `installPackages`. */
export const installPackage = async (tarball: string, userFolder: string): Promise<void> =>
	await installPackages([tarball], userFolder);
