import { once } from 'node:events';
import { createServer } from 'node:net';
import { assertPortIsFree, freePort } from '../../harness/ports';

describe('ports', () => {
	it('names the port that is taken', async () => {
		const port = await freePort();
		const server = createServer().listen(port, '127.0.0.1');
		await once(server, 'listening');
		await expect(assertPortIsFree(port)).rejects.toMatchObject({
			message: expect.stringContaining(`Port ${port} is taken by another program.`),
			cause: { code: 'EADDRINUSE' },
		});
		server.close();
		await once(server, 'close');
		await expect(assertPortIsFree(port)).resolves.toBeUndefined();
	});
});
