import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where workflows report what they were given: counted outside n8n, whatever becomes of the execution. */
export interface Sink {
	url: string;
	/** Job IDs, as often as they came. */
	received: string[];
	close(): Promise<void>;
}

export const startSink = async (): Promise<Sink> => {
	const received: string[] = [];
	const server = createServer((request, response) => {
		received.push(new URL(request.url ?? '', 'http://sink').searchParams.get('job') ?? '');
		response.writeHead(204).end();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		received,
		close: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};
