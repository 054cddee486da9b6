import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../../harness/folders';
import { temporaryFolder } from '../../../harness/processes';

/** What `engine/settings.ts` reads, which is to be loaded beside the engine alone. */
const ENGINE_FOLDER = 'AUDIOSPLITER_ENGINE_FOLDER';

/**
 * Unpacks the package for the engine as npm would install it, with the engine's own n8n-workflow beside it: n8n gives nodes its
 * own, too. Test files find it by the environment.
 */
export const unpackForEngine = (tarball: string): void => {
	const folder = temporaryFolder('engine');
	const modules = join(folder, 'node_modules');
	mkdirSync(modules);
	execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	renameSync(join(folder, 'package'), join(modules, 'n8n-nodes-audiospliter'));
	symlinkSync(
		join(repository, 'node_modules', 'n8n-workflow'),
		join(modules, 'n8n-workflow'),
		'junction',
	);
	process.env[ENGINE_FOLDER] = folder;
};
