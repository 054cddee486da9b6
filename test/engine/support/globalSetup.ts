import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../../harness/folders';
import { build, pack } from '../../../harness/pack';
import { endEverything, temporaryFolder } from '../../../harness/processes';

/** The engine's modules make something of it, `engine/settings.ts` first. */
const ENGINE_FOLDER = 'AUDIOSPLITER_ENGINE_FOLDER';

/** Unpacks the package as npm would install it, with the engine's own n8n-workflow beside it: n8n gives it its own, too. */
const unpack = (tarball: string, folder: string): void => {
	const modules = join(folder, 'node_modules');
	mkdirSync(modules);
	execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	renameSync(join(folder, 'package'), join(modules, 'n8n-nodes-audiospliter'));
	symlinkSync(
		join(repository, 'node_modules', 'n8n-workflow'),
		join(modules, 'n8n-workflow'),
		'junction',
	);
};

module.exports = async (): Promise<void> => {
	try {
		if (!process.env.AUDIOSPLITER_TARBALL) {
			await build();
			process.env.AUDIOSPLITER_TARBALL = await pack();
		}
		const folder = temporaryFolder('engine');
		unpack(process.env.AUDIOSPLITER_TARBALL, folder);
		process.env[ENGINE_FOLDER] = folder;
	} catch (error) {
		await endEverything();
		// jest reports nothing at all when a set-up fails; continuous integration reads the last line all the same.
		process.once('exit', () => process.stdout.write('0 passed, 1 failed\n'));
		throw error;
	}
};
