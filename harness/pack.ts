import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from './folders';
import { runNpm } from './npm';
import { explainNpmFailure } from './npmFailure';
import { startProcess, temporaryFolder } from './processes';

interface PackedFile {
	filename: string;
}

/**
 * Bundles `nodes` and `credentials` into `dist`, as `npm run build` does.
 *
 * @param source the folder of the package; this repository by default
 */
export const build = async (source = repository): Promise<void> => {
	const gulp = join(repository, 'node_modules', 'gulp', 'bin', 'gulp.js');
	let log = '';
	const child = startProcess(process.execPath, [gulp, 'build'], {
		cwd: source,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			log += chunk.toString();
		});
	}
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) throw new Error(`The build failed:\n${log.trim()}`);
};

/**
 * Packs what would be published.
 *
 * @param folder where to put it; a temporary folder by default
 * @param source the folder of the package; this repository by default
 * @returns the path of the tarball
 */
export const pack = async (
	folder = temporaryFolder('pack'),
	source = repository,
): Promise<string> => {
	const { code, log } = await runNpm(
		['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
		{ cwd: source },
	);
	if (code !== 0) throw new Error(explainNpmFailure('Packing the package', log));
	const [packed] = JSON.parse(log.slice(log.indexOf('['))) as PackedFile[];
	if (!packed) throw new Error(`npm pack named no file:\n${log}`);
	return join(folder, packed.filename);
};
