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
});
