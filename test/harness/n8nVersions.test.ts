import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';
import { DEFAULT_N8N_VERSION, isFrom } from '../../harness/n8nVersions';

interface Tree {
	packages: Record<string, { version: string }>;
}

const versionIn = (folder: string, name: string): string | undefined => {
	const lockfile = readFileSync(join(repository, folder, 'package-lock.json'), 'utf8');
	return (JSON.parse(lockfile) as Tree).packages[`node_modules/${name}`]?.version;
};

it.each(['n8n-core', 'n8n-workflow'])('the engine of the tests has the %s of that n8n', (name) => {
	const installed = versionIn(`harness/n8n/${DEFAULT_N8N_VERSION}`, name);
	expect(installed).toBeDefined();
	expect(versionIn('.', name)).toBe(installed);
});

describe('isFrom', () => {
	it.each([
		['2.34', '2.34.0', true],
		['2.34', '2.40.7', true],
		['2.34', '3.0.0', true],
		['2.34', '2.33.7', false],
		['2.34', '2.8.4', false],
		['2.34', '1.123.5', false],
		['2.40.7', '2.40.0', true],
	])('takes %s against %s', (least, version, expected) => {
		expect(isFrom(least, version)).toBe(expected);
	});
});
