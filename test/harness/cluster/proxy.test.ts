import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Proxy } from '../../../harness/cluster/proxy';
import { startProxy } from '../../../harness/cluster/proxy';
import { freePort } from '../../../harness/ports';
import { until } from '../../support/until';

const servers: Server[] = [];
const seen: string[] = [];
let proxy: Proxy;
const upstreams = { processors: [] as number[], main: 0 };

const upstream = async (name: string): Promise<number> => {
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => {
			body += chunk.toString();
		});
		request.on('error', () => seen.push(`${name} broken off: ${body}`));
		request.on('end', () => {
			seen.push(`${name} ${request.method} ${request.url} ${body}`.trim());
			response.writeHead(201, { 'X-From': name }).end(name);
		});
	});
	servers.push(server);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
};

beforeEach(async () => {
	seen.length = 0;
	upstreams.processors = [await upstream('first'), await upstream('second')];
	upstreams.main = await upstream('main');
	proxy = await startProxy(() => upstreams);
});

afterEach(async () => {
	await proxy.close();
	for (const server of servers.splice(0)) {
		server.close();
		server.closeAllConnections();
	}
});

const post = async (path: string, headers: Record<string, string> = {}) =>
	await fetch(`${proxy.url}${path}`, { method: 'POST', body: 'event', headers });

it('hands production webhooks and resumed pauses to the processors in turn, the rest to the main process', async () => {
	const paths = [
		'/webhook/a',
		'/webhook-waiting/1',
		'/rest/login',
		'/webhook/b?x=1',
		'/webhook-test/a',
	];
	for (const path of paths) await post(path);
	expect(seen).toEqual([
		'first POST /webhook/a event',
		'second POST /webhook-waiting/1 event',
		'main POST /rest/login event',
		'first POST /webhook/b?x=1 event',
		'main POST /webhook-test/a event',
	]);
	expect(proxy.handedOver()).toEqual([2, 1]);
});

it('passes status, headers and body of the answer on', async () => {
	const answer = await post('/webhook/a');
	expect([answer.status, answer.headers.get('x-from'), await answer.text()]).toEqual([
		201,
		'first',
		'first',
	]);
});

it('loses the answers that it is told to, after the processor has given them', async () => {
	proxy.loseAnswers((headers) => headers['x-audiospliter-delivery'] === 'lost');
	await expect(post('/webhook/a', { 'X-AudioSpliter-Delivery': 'lost' })).rejects.toThrow();
	expect(seen).toEqual(['first POST /webhook/a event']);
	expect((await post('/webhook/a', { 'X-AudioSpliter-Delivery': 'other' })).status).toBe(201);
});

it('breaks the bodies that it is told to in the middle, both ways', async () => {
	proxy.cutBodies((headers) => headers['x-audiospliter-delivery'] === 'cut');
	await expect(post('/webhook/a', { 'X-AudioSpliter-Delivery': 'cut' })).rejects.toThrow();
	await until(() => seen.length > 0);
	expect(seen).toEqual(['first broken off: ev']);
	expect((await post('/webhook/a', { 'X-AudioSpliter-Delivery': 'other' })).status).toBe(201);
});

it('answers 502 for a processor that is down', async () => {
	upstreams.processors = [await freePort()];
	expect((await post('/webhook/a')).status).toBe(502);
});

it('takes a path off what n8n gets, and needs no processors', async () => {
	const under = await startProxy(() => ({ processors: [], main: upstreams.main }), {
		strip: '/audio',
	});
	for (const path of ['/audio/webhook/a?x=/audio/', '/audiobook', '/webhook/b'])
		await fetch(`${under.url}${path}`);
	await under.close();
	expect(seen).toEqual([
		'main GET /webhook/a?x=/audio/',
		'main GET /audiobook',
		'main GET /webhook/b',
	]);
});
