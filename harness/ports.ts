import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Listens for a moment, to see whether the port can be had. `0` lets the system choose one. */
const tryPort = async (port: number): Promise<number> => {
	const server = createServer();
	server.listen(port, HOST);
	await once(server, 'listening');
	const { port: found } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return found;
};

/** A port on loopback that nobody listens on. */
export const freePort = async (): Promise<number> => await tryPort(0);

/** @throws where the port is taken or may not be used, naming it */
export const assertPortIsFree = async (port: number): Promise<void> => {
	try {
		await tryPort(port);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new Error(
			code === 'EADDRINUSE'
				? `Port ${port} is taken by another program. End it, or choose another port.`
				: `Port ${port} cannot be used (${code ?? String(error)}). Choose another port.`,
			{ cause: error },
		);
	}
};
