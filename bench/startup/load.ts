import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { N8nInstall } from '../../harness/installN8n';
import { LOAD_PROGRAM } from './loadProgram';
import type { Loaded } from './tables';

/** Where a package is that was installed into an n8n. */
export const installedIn = (userFolder: string, name: string): string =>
	join(userFolder, '.n8n', 'nodes', 'node_modules', name);

/** How many nodes a package has, as its manifest tells n8n. */
const countNodes = (packageFolder: string): number => {
	const { n8n } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[] };
	};
	return n8n.nodes.length;
};

/**
 * Loads an installed package with n8n's own loader, in a new process.
 *
 * @throws where the loader did not find every node, since nothing would be measured then
 */
export async function loadOnce(install: N8nInstall, packageFolder: string): Promise<Loaded> {
	const { stdout } = await promisify(execFile)(
		install.node,
		[
			...['--no-warnings', '--expose-gc', '--eval', LOAD_PROGRAM, '--'],
			...[install.folder, packageFolder],
		],
		// As n8n does, so that packages find the libraries that it shares with them.
		{ env: { ...process.env, NODE_PATH: join(install.folder, 'node_modules') } },
	);
	const { nodes, ...loaded } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Loaded & {
		nodes: number;
	};
	const expected = countNodes(packageFolder);
	if (nodes === expected) return loaded;
	throw new Error(`n8n's loader found ${nodes} nodes in ${packageFolder}, not ${expected}.`);
}
