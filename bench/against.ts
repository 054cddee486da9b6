import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { build, pack } from '../harness/pack';
import { checkOutRevision } from '../harness/revision';
import type { EarlierPackage } from './benchmark';

/**
 * Finds or makes what `--against` names.
 *
 * @param given the path of a tarball (`.tgz`), or a git revision, which is built and packed as this one is
 * @throws an Error with one sentence where there is no such thing
 */
export const packAgainst = async (given: string): Promise<EarlierPackage> => {
	if (given.endsWith('.tgz')) {
		const tarball = resolve(given);
		if (!existsSync(tarball)) throw new Error(`There is no file ${tarball}.`);
		return { label: basename(tarball), tarball };
	}
	const { commit, folder } = await checkOutRevision(given);
	await build(folder);
	return { label: commit, tarball: await pack(undefined, folder) };
};
