import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports';
import { removeFolder, startProcess, stopProcess, temporaryFolder } from '../processes';
import type { ClusterPrograms } from './programs';

/** A Redis of one's own, on loopback, in a temporary folder. */
export interface Redis {
	/** n8n's settings for it. */
	env: NodeJS.ProcessEnv;
	/** Ends it in order and starts it again with what it had. */
	restart(): Promise<void>;
	/** Forgets all that it has, as one does that lost its disk. */
	empty(): Promise<void>;
	stop(): Promise<void>;
}

const START_LIMIT = 30_000;
/** Milliseconds for one command. */
const ANSWER_LIMIT = 2_000;

/** Sends one command. @returns the first line of the answer */
const tell = async (port: number, command: string): Promise<string> => {
	const socket = connect(port, '127.0.0.1');
	socket.setTimeout(ANSWER_LIMIT, () => socket.destroy(new Error('no answer')));
	try {
		await once(socket, 'connect');
		socket.write(`${command}\r\n`);
		const [answer] = (await once(socket, 'data')) as [Buffer];
		return answer.toString().trim();
	} finally {
		socket.destroy();
	}
};

/** While it reads its file it answers -LOADING. */
const answersPing = async (port: number): Promise<boolean> =>
	(await tell(port, 'PING').catch(() => '')) === '+PONG';

/** Starts a Redis that keeps the queue on disk (`appendonly`), as the one in `deploy/` does. */
export const startRedis = async ({ setpriv, redisServer }: ClusterPrograms): Promise<Redis> => {
	const folder = temporaryFolder('redis');
	const port = await freePort();
	let child: ChildProcess | undefined;

	const start = async () => {
		const started = startProcess(
			setpriv,
			[
				...['--pdeathsig=TERM', '--', redisServer, '--bind', '127.0.0.1'],
				...['--port', String(port), '--dir', folder, '--appendonly', 'yes', '--save', ''],
			],
			{ stdio: 'ignore', cwd: folder },
		);
		child = started;
		const deadline = Date.now() + START_LIMIT;
		while (!(await answersPing(port))) {
			if (started.exitCode !== null || Date.now() > deadline) {
				throw new Error(`Redis did not start on port ${port}.`);
			}
			await sleep(50);
		}
	};
	const end = async () => {
		if (child) await stopProcess(child);
	};

	await start();
	return {
		env: { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) },
		restart: async () => {
			await end();
			await start();
		},
		empty: async () => {
			const answer = await tell(port, 'FLUSHALL');
			if (answer !== '+OK') throw new Error(`Redis was not emptied: ${answer}`);
		},
		stop: async () => {
			await end();
			removeFolder(folder);
		},
	};
};
