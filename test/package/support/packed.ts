import { execFile } from 'node:child_process';
import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newTemporaryFolder, repository } from '../../../harness/folders';
import { runNpm } from '../../../harness/npm';

/** What `npm pack` says about the package. */
export interface Packed {
	/** Bytes of the tarball. */
	size: number;
	unpackedSize: number;
	files: Array<{ path: string }>;
}

const SOURCES = [
	...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', '.npmrc'],
	...['tsconfig.json', 'gulpfile.js', 'nodes', 'credentials', 'docs', 'examples'],
];

/**
 * Builds and packs a copy of the package, since others may be using this folder's `dist` at the time.
 *
 * @returns the copy's folder, and how to remove it
 */
export const buildAndPack = async (): Promise<{
	folder: string;
	packed: Packed;
	remove: () => void;
}> => {
	const folder = newTemporaryFolder('packed');
	for (const source of SOURCES) {
		cpSync(join(repository, source), join(folder, source), { recursive: true });
	}
	symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction');
	const gulp = join(folder, 'node_modules', 'gulp', 'bin', 'gulp.js');
	await promisify(execFile)(process.execPath, [gulp, 'build'], { cwd: folder });
	const { code, log } = await runNpm(['pack', '--dry-run', '--json', '--loglevel=error'], {
		cwd: folder,
	});
	if (code !== 0) throw new Error(log);
	const [packed] = JSON.parse(log.slice(log.indexOf('['))) as Packed[];
	if (!packed) throw new Error(`npm pack named no package:\n${log}`);
	return { folder, packed, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
