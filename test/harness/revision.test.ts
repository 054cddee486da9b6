import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';
import { removeFolder } from '../../harness/processes';
import { checkOutRevision } from '../../harness/revision';

test('a revision is put into a folder of its own, with the dependencies that are here', async () => {
	const gulp = join('node_modules', 'gulp', 'package.json');
	const { commit, folder } = await checkOutRevision('HEAD');
	expect(commit).toMatch(/^[0-9a-f]{7,40}$/);
	expect(readFileSync(join(folder, 'package.json'), 'utf8')).toContain('"n8n-nodes-audiospliter"');
	expect(existsSync(join(folder, gulp))).toBe(true);
	removeFolder(folder);
	// The dependencies are only linked: they must not go with the folder.
	expect(existsSync(join(repository, gulp))).toBe(true);
});

test.each(['no-such-revision', '--output=/x', ''])('"%s" is no revision', async (name) => {
	await expect(checkOutRevision(name)).rejects.toThrow(
		`git knows no revision "${name}". Name a commit, a branch or a tag.`,
	);
});
