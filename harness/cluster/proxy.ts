import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one address that a cluster has to the outside, as a load balancer gives it. */
export interface Proxy {
	url: string;
	/** Production webhooks handed to each webhook processor. */
	handedOver(): number[];
	/**
	 * Drops the answers that this is true of, after n8n has given them, as a broken connection does.
	 *
	 * @param isLost gets the headers of a production webhook and the index of the processor that answers it
	 */
	loseAnswers(isLost: (headers: IncomingHttpHeaders, processor: number) => boolean): void;
	/**
	 * Breaks the connections of production webhooks that this is true of, both ways, in the middle of the body.
	 *
	 * @param isCut gets the webhook's headers
	 */
	cutBodies(isCut: (headers: IncomingHttpHeaders) => boolean): void;
	/** Tells of each answer of a processor, before anything of it is handed on. */
	watchAnswers(tell: (status: number, processor: number) => void): void;
	close(): Promise<void>;
}

export interface Upstreams {
	/** Ports of the webhook processors: they take turns. */
	processors: number[];
	/** Port of the main process: everything that is no production webhook. */
	main: number;
}

export interface ProxyOptions {
	/** The path under which n8n is seen from outside: taken off what n8n gets. */
	strip?: string;
}

const HOST = '127.0.0.1';
/** Milliseconds for which n8n has half a body before it is lost. */
const HALF_A_BODY = 100;
const PRODUCTION = /^\/(webhook|webhook-waiting|form|form-waiting)\//;

/** Starts a reverse proxy on loopback that spreads n8n's production webhooks over the processors. */
export const startProxy = async (
	upstreams: () => Upstreams,
	{ strip = '' }: ProxyOptions = {},
): Promise<Proxy> => {
	const agent = new Agent({ keepAlive: true });
	const counts: number[] = [];
	let turn = 0;
	let isLost: (headers: IncomingHttpHeaders, processor: number) => boolean = () => false;
	let isCut: (headers: IncomingHttpHeaders) => boolean = () => false;
	let tell: (status: number, processor: number) => void = () => undefined;

	/** The processor whose turn it is; undefined for what is the main process's. */
	const nextProcessor = (path: string): number | undefined => {
		const { processors } = upstreams();
		if (processors.length === 0 || !PRODUCTION.test(path)) return undefined;
		const index = turn++ % processors.length;
		counts[index] = (counts[index] ?? 0) + 1;
		return index;
	};

	const handle = (incoming: IncomingMessage, answer: ServerResponse): void => {
		const { method, url = '/', headers } = incoming;
		const path = url.startsWith(`${strip}/`) ? url.slice(strip.length) : url;
		const { processors, main } = upstreams();
		const processor = nextProcessor(path);
		const lost = processor !== undefined && isLost(headers, processor);
		// A sender that repeats all in order would meet the same processor each time: the turns go on from either.
		if (lost) turn += Math.round(Math.random());
		const port = processor === undefined ? main : processors[processor];
		const outgoing = request({ host: HOST, port, method, path, headers, agent }, (response) => {
			if (processor !== undefined) tell(response.statusCode ?? 502, processor);
			if (lost) {
				response.resume();
				response.once('end', () => incoming.socket.destroy());
				return;
			}
			answer.writeHead(response.statusCode ?? 502, response.headers);
			response.pipe(answer);
		});
		if (processor !== undefined && isCut(headers)) {
			outgoing.on('error', () => undefined);
			incoming.once('data', (chunk: Buffer) => outgoing.write(chunk.subarray(0, chunk.length / 2)));
			setTimeout(() => {
				outgoing.destroy();
				incoming.socket.destroy();
			}, HALF_A_BODY);
			return;
		}
		outgoing.once('error', () => {
			if (answer.headersSent) incoming.socket.destroy();
			else answer.writeHead(502).end();
		});
		incoming.pipe(outgoing);
	};

	const server = createServer(handle);
	server.listen(0, HOST);
	await once(server, 'listening');
	return {
		url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
		handedOver: () => [...counts],
		loseAnswers: (when) => {
			isLost = when;
		},
		cutBodies: (when) => {
			isCut = when;
		},
		watchAnswers: (teller) => {
			tell = teller;
		},
		close: async () => {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
			agent.destroy();
		},
	};
};
