import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newTemporaryFolder, repository } from '../../harness/folders';

const folder = join(repository, '.github', 'workflows');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** Runs actionlint on the workflows of a folder. It ends with 1, and so rejects, where it finds something. */
const actionlint = async (workflows: string): Promise<string> => {
	const program = join('node_modules', '@tktco', 'node-actionlint', 'bin', 'node-actionlint.js');
	const args = [join(repository, program), '*.yml'];
	return (await promisify(execFile)(process.execPath, args, { cwd: workflows })).stdout;
};

describe('the workflows', () => {
	it('pass actionlint', async () => {
		// A workflow that GitHub cannot read never runs, and nobody is told.
		const files = readdirSync(folder);
		expect(await actionlint(folder)).toContain(`Checking ${files.length} workflow file(s)`);
	});

	it('would not pass it with a mistake', async () => {
		const broken = newTemporaryFolder('workflows');
		try {
			const text = read('ci.yml').replace('runs-on: ubuntu-latest', 'runs-om: ubuntu-latest');
			writeFileSync(join(broken, 'ci.yml'), text);
			await expect(actionlint(broken)).rejects.toMatchObject({
				code: 1,
				stdout: expect.stringContaining('unexpected key "runs-om"'),
			});
		} finally {
			rmSync(broken, { recursive: true, force: true });
		}
	});

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
