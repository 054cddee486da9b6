import { execFile } from 'node:child_process';
import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './folders';
import { temporaryFolder } from './processes';

const run = promisify(execFile);

const git = async (...args: string[]): Promise<string> =>
	(await run('git', args, { cwd: repository })).stdout.trim();

/** A commit's files, in a folder that goes with this process. */
export interface CheckedOut {
	/** The commit's short name. */
	commit: string;
	folder: string;
}

/**
 * Puts the files of a git revision into a temporary folder, where this repository's `node_modules` serve it.
 *
 * @throws an Error with one sentence where git knows no such revision
 */
export const checkOutRevision = async (revision: string): Promise<CheckedOut> => {
	const commit = await git(
		...['rev-parse', '--short', '--verify', '--end-of-options', `${revision}^{commit}`],
	).catch(() => {
		throw new Error(`git knows no revision "${revision}". Name a commit, a branch or a tag.`);
	});
	const folder = temporaryFolder('revision');
	const archives = temporaryFolder('archive');
	const archive = join(archives, `${commit}.tar`);
	await git('archive', `--output=${archive}`, commit);
	await run('tar', ['-xf', archive, '-C', folder]);
	// The build finds its tools there, and nothing is installed twice.
	symlinkSync(
		realpathSync(join(repository, 'node_modules')),
		join(folder, 'node_modules'),
		'junction',
	);
	return { commit, folder };
};
