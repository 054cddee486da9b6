import { connect } from 'node:net';

/** A request byte by byte: most clients refuse to send some of what a server may get. */
export interface WireRequest {
	method: string;
	/** Path and query, as they go onto the wire. */
	target: string;
	/** In Latin-1, repeated as often as they are listed. */
	headers: Array<[string, string]>;
	body: Buffer;
	/** `length` announces the body's length, `chunked` sends it in pieces, `cut` breaks it off in the middle. */
	framing: 'length' | 'chunked' | 'cut';
}

export interface WireAnswer {
	/** Undefined where the connection was closed without an answer. */
	status?: number;
	body: string;
	/** No answer within the time, and the connection still open. */
	hung: boolean;
	milliseconds: number;
}

const PIECE = 40_000;

const chunked = (body: Buffer): Buffer => {
	const pieces: Buffer[] = [];
	for (let at = 0; at < body.length; at += PIECE) {
		const piece = body.subarray(at, at + PIECE);
		pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
	}
	return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
};

const headOf = ({ method, target, headers, framing, body }: WireRequest, host: string): Buffer => {
	const length: [string, string] =
		framing === 'chunked'
			? ['Transfer-Encoding', 'chunked']
			: ['Content-Length', String(body.length)];
	const lines = [['Host', host], ['Connection', 'close'], length, ...headers].map(
		([name, value]) => `${name}: ${value}\r\n`,
	);
	return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
};

const bytesOf = (request: WireRequest, host: string): Buffer => {
	const { framing, body } = request;
	const head = headOf(request, host);
	if (framing === 'chunked') return Buffer.concat([head, chunked(body)]);
	return Buffer.concat([head, framing === 'cut' ? body.subarray(0, body.length >> 1) : body]);
};

/** Sends a request on a connection of its own. Resolves in every case. */
export const sendOnWire = async (
	url: string,
	request: WireRequest,
	timeoutMs: number,
): Promise<WireAnswer> => {
	const { hostname, port, host } = new URL(url);
	const started = Date.now();
	return await new Promise((resolve) => {
		const received: Buffer[] = [];
		let hung = false;
		const socket = connect({ host: hostname, port: Number(port) });
		socket.setTimeout(timeoutMs, () => {
			hung = true;
			socket.destroy();
		});
		socket.on('data', (data) => received.push(data));
		// n8n may answer and close before it has read everything.
		socket.on('error', () => undefined);
		socket.on('close', () => {
			const text = Buffer.concat(received).toString('latin1');
			const final = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
			const status = /^HTTP\/1\.1 (\d{3})/.exec(final)?.[1];
			resolve({
				...(status !== undefined && { status: Number(status) }),
				body: final.slice(final.indexOf('\r\n\r\n') + 4),
				hung,
				milliseconds: Date.now() - started,
			});
		});
		socket.on('connect', () => {
			socket.write(bytesOf(request, host));
			if (request.framing === 'cut') socket.end();
		});
	});
};
