import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios, { type AxiosInstance } from 'axios';
import { newTemporaryFolder } from '../../harness/folders';
import type { Sandbox } from '../../sandbox';
import { until } from '../support/until';

/** A client of the sandbox's API that takes every status for an answer. */
export function clientOf(sandbox: Sandbox, apiKey = sandbox.apiKey): AxiosInstance {
	return axios.create({
		baseURL: sandbox.baseUrl,
		headers: apiKey === '' ? {} : { 'X-API-Key': apiKey },
		...{ validateStatus: null, proxy: false, maxRedirects: 0 },
	});
}

/** Gets a URL's bytes, whatever the status. */
export async function getBytes(
	url: string,
): Promise<{ status: number; headers: Record<string, unknown>; data: Buffer }> {
	return await axios.get<Buffer>(url, {
		...{ responseType: 'arraybuffer', validateStatus: null, proxy: false, maxRedirects: 0 },
	});
}

/** The job's JSON once it has reached a status. */
export async function jobWhen(
	client: AxiosInstance,
	id: string,
	...statuses: string[]
): Promise<Record<string, unknown>> {
	let job: Record<string, unknown> = {};
	await until(async () => {
		job = (await client.get<Record<string, unknown>>(`/splits/${id}`)).data;
		return statuses.includes(String(job.status));
	});
	return job;
}

/** A folder that `remove` removes. */
export function temporaryFolder(): { path: string; remove: () => Promise<void> } {
	const path = newTemporaryFolder('sandbox-test');
	return { path, remove: async () => await rm(path, { recursive: true, force: true }) };
}

export interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

/** A webhook receiver; `answer` gives the status for the n-th request (zero-based), null for no answer. */
export async function startReceiver(answer: (index: number) => number | null = () => 200): Promise<{
	url: string;
	received: Received[];
	close: () => Promise<void>;
}> {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
			const status = answer(received.length - 1);
			if (status === null) return;
			response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {});
			response.end('{"received":true}');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
		received,
		close: async () => {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
