import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CredentialTest } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { byId, runAction } from '../support/action';
import { startOwnN8n } from './support/n8n';
import { requestsThatLeakTheKey } from '../support/secrecy';
import type { Stage } from './support/stage';
import { runnerOn, useSandbox } from './support/stage';

const stage = useSandbox();

/** What the editor shows for the sandbox's credential with these changes. */
const test = async (
	changes: Record<string, string> = {},
	{ client }: Pick<Stage, 'client'> = stage,
): Promise<CredentialTest> => {
	const { apiKey, baseUrl } = stage.sandbox;
	const credential = await sandboxCredential(client, stage.sandbox);
	return await client.testCredential(
		{ ...credential, type: 'audioSpliterApi' },
		{ apiKey, signingSecret: '', baseUrl, ...changes },
	);
};

const listen = async (server: Server): Promise<number> =>
	await new Promise((resolve) =>
		server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
	);

it.each(['', '/', '  '])(
	'is green with %j at the end of the base URL, for one call',
	async (end) => {
		const { status } = await test({ baseUrl: `${stage.sandbox.baseUrl}${end}` });
		expect(status).toBe('OK');
		expect(stage.sandbox.requests().map(({ method, path }) => [method, path])).toEqual([
			['GET', '/api/v1/splits?limit=1'],
		]);
	},
);

it('is red for a key that is refused, or may not read', async () => {
	stage.sandbox.addKey({ key: 'as_test_sk_blind', scopes: ['splits:write'] });
	expect(await test({ apiKey: 'as_test_sk_unknown' })).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(/^The API key was refused: .*Copy the key again/) as string,
	});
	expect((await test({ apiKey: 'as_test_sk_blind' })).message).toMatch(
		/^The API key is not allowed to do this: .*splits:read and splits:write/,
	);
});

it('is red for a server that is another one, and says how a base URL ends', async () => {
	const { origin } = new URL(stage.sandbox.baseUrl);
	for (const baseUrl of [stage.url, `${stage.url}/home`, origin, `${stage.sandbox.baseUrl}/x`]) {
		expect(await test({ baseUrl })).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/normally ends in \/api\/v1/) as string,
		});
	}
});

it('follows no redirect', async () => {
	stage.sandbox.fault('redirect');
	expect((await test()).message).toMatch(/^The answer was a redirect \(HTTP 302\)/);
	expect(requestsThatLeakTheKey(stage)).toEqual([]);
});

it('is red, in words, for a host that is not known and a port where nobody is', async () => {
	expect((await test({ baseUrl: 'https://nowhere.invalid/api/v1' })).message).toMatch(
		/^The host of the credential's base URL was not found \((ENOTFOUND|EAI_AGAIN)\)/,
	);
	expect((await test({ baseUrl: 'http://127.0.0.1:1/api/v1' })).message).toMatch(
		/^AudioSpliter refused the connection \(ECONNREFUSED\)/,
	);
});

it('says of a certificate that signs itself what to do', async () => {
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(stage.sandbox.folder, name)) as [
		string,
		string,
	];
	execFileSync(
		'openssl',
		`req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -keyout ${key} -out ${cert}`.split(
			' ',
		),
		{ stdio: 'ignore' },
	);
	const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
	try {
		const baseUrl = `https://127.0.0.1:${await listen(server)}/api/v1`;
		expect((await test({ baseUrl })).message).toMatch(
			/^The certificate of AudioSpliter's server was not accepted.*NODE_EXTRA_CA_CERTS/,
		);
	} finally {
		server.close();
	}
});

describe('behind a proxy', () => {
	let n8n: N8n;
	let refusal = '';
	const proxy = createServer();
	const baseUrl = 'https://api.audiospliter.example/api/v1';

	beforeAll(async () => {
		proxy.on('connect', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.end(
				`HTTP/1.1 ${refusal}\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>`,
			);
		});
		const url = `http://127.0.0.1:${await listen(proxy)}`;
		n8n = await startOwnN8n({ env: { HTTPS_PROXY: url, NO_PROXY: '127.0.0.1,localhost' } });
	});

	afterAll(async () => {
		await n8n?.stop();
		proxy.close();
	});

	it.each(['403 Forbidden', '407 Proxy Authentication Required'])(
		'that answers CONNECT with %s, nothing is told as AudioSpliter’s',
		async (status) => {
			refusal = status;
			const message = `Something between n8n and AudioSpliter answered, such as a proxy or a firewall (HTTP ${status.slice(0, 3)})`;
			const tested = await test({ baseUrl }, n8n);
			expect(tested).toMatchObject({
				status: 'Error',
				message: expect.stringContaining(message) as string,
			});
			const credential = await sandboxCredential(n8n.client, stage.sandbox, { baseUrl });
			const get = { resource: 'splitJob', operation: 'get', jobId: byId('job_1') };
			const { error } = await runAction({ runner: runnerOn(n8n.client), credential }, get);
			expect(error?.message).toBe(message);
		},
	);
});
