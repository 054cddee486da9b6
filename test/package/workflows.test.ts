import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';

const folder = join(repository, '.github', 'workflows');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the workflows', () => {
	it.each(readdirSync(folder))('%s pins every action to a commit', (name) => {
		const used = [...read(name).matchAll(/uses: (\S+)/g)].map(([, action]) => action);
		expect(used.length).toBeGreaterThan(0);
		for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
	});

	it.each(readdirSync(folder))('%s starts with the right to read and nothing more', (name) => {
		expect(read(name)).toMatch(/^permissions:\n {2}contents: read$/m);
	});

	it('publish with provenance, without a token', () => {
		const release = read('release.yml');
		expect(release).toMatch(/^\s+- run: npm publish --provenance --access public$/m);
		expect(release).toMatch(/^ {6}id-token: write$/m);
		expect(release).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|^\s+registry-url:/m);
	});
});
