import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';
import { DEFAULT_N8N_VERSION } from '../../harness/n8nVersions';

const read = (name: string): string => readFileSync(join(repository, 'deploy', name), 'utf8');

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
	version: string;
};

it('runs the n8n that the tests run, with the version of this package', () => {
	expect(read('Dockerfile')).toContain(`FROM n8nio/n8n:${DEFAULT_N8N_VERSION}\n`);
	expect(read('Dockerfile')).toContain(`PACKAGE=n8n-nodes-audiospliter@${version}\n`);
});

it('pins every image to an exact version', () => {
	const images = [...read('compose.yaml').matchAll(/^ +image: (.+)$/gm)].map(([, image]) => image);
	expect(images.length).toBeGreaterThanOrEqual(4);
	for (const image of images) expect(image).toMatch(/^[\w/-]+:\d+\.\d+(\.\d+)?(-alpine)?$/);
});

it('takes every secret from the environment, and the example names them all', () => {
	const compose = read('compose.yaml');
	const wanted = [...compose.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
	const named = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
	expect(named.sort()).toEqual([...new Set(wanted)].sort());
	for (const [, value] of compose.matchAll(/(?:PASSWORD|_KEY|AUTH): (.+)$/gm)) {
		expect(value).toMatch(/^\$\{\w+(:\?[^}]+)?\}$/);
	}
});

it('checks the health of every service', () => {
	const [, services = ''] = read('compose.yaml').split(/\nservices:\n|\nvolumes:\n/);
	for (const service of services.split(/\n(?= {2}\w+:\n)/)) {
		expect(service).toMatch(/<<: \*n8n|healthcheck:/);
	}
});

it('makes only settings that this n8n knows', () => {
	const settings = (name: string): string[] => {
		const folder = join(repository, 'node_modules', ...name.split('/'), 'dist');
		return readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) => [
				...readFileSync(join(folder, file), 'utf8').matchAll(/\bEnv\)?\('(\w+)'/g),
			])
			.map(([, setting]) => String(setting));
	};
	const known = new Set([
		...settings('@n8n/config'),
		...settings('n8n-core'),
		// These two are read elsewhere, by n8n and by Node.
		...['OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS', 'TZ'],
	]);
	const [, shared = ''] = read('compose.yaml').split(/^x-n8n: &n8n$|^x-behind-main:/m);
	const made = [...shared.matchAll(/^ {4}([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name);
	expect(made.length).toBeGreaterThan(15);
	expect(made.filter((name) => !known.has(String(name)))).toEqual([]);
});
