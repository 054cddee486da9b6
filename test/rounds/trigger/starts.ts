import { setTimeout as sleep } from 'node:timers/promises';
import type { N8n } from '../../../harness/n8n';
import type { N8nInstall } from '../../../harness/installN8n';
import { installN8n } from '../../../harness/installN8n';
import { startN8n } from '../../../harness/n8n';
import { OLDEST_N8N_VERSION } from '../../../harness/n8nVersions';
import { temporaryFolder } from '../../../harness/processes';
import { untilIdle } from '../../../harness/untilIdle';
import type { Delivery } from '../../../sandbox';
import type { SentEvent } from '../events';
import { makeEvents } from '../events';
import { untilRegistered } from './place';
import type { Ways } from './ways';
import {
	deliverToAll,
	emittedInEach,
	isOfStartingN8n,
	startWays,
	untilLookedThrough,
} from './ways';

/** Milliseconds between two events of a start, and of one that migrates. */
const [EVERY, EVERY_IN_UPDATE] = [100, 500];

/** Milliseconds after which a start may have taken all of its events. */
const LONGEST_START = 200_000;

/** Delivers an event every so many milliseconds, for as long as n8n starts. @returns them, and their deliveries */
export const deliverWhile = async <T>(
	ways: Ways,
	starting: Promise<T>,
	events: SentEvent[],
	every = EVERY,
) => {
	let isOver = false;
	const started = starting.finally(() => {
		isOver = true;
	});
	const sent: SentEvent[] = [];
	const sending: Array<Promise<Delivery>> = [];
	for (const event of events) {
		if (isOver) break;
		ways.sandbox.addSyntheticJob({ id: event.jobId });
		sent.push(event);
		sending.push(...deliverToAll(ways, event));
		await sleep(every);
	}
	return { n8n: await started, sent, sending };
};

const account = async (
	n8n: N8n,
	ways: Ways,
	{ sent, deliveries }: { sent: SentEvent[]; deliveries: Delivery[] },
) => {
	const given = deliveries.filter(({ url }) => url === ways.looking.url);
	await untilLookedThrough(ways, sent);
	const figures = {
		events: sent.length,
		acknowledgedWhileStarting: given.filter(isOfStartingN8n).length,
		emitted: emittedInEach(ways, sent),
	};
	await ways.close(n8n.client);
	return figures;
};

/** Restarts n8n, again and again, with events at every moment until it is there. */
export const restarts = async (n8n: N8n, size: number) => {
	const ways = await startWays(n8n);
	const events = makeEvents(`restarted_${size}`, size);
	const sent: SentEvent[] = [];
	const deliveries: Delivery[] = [];
	let starts = 0;
	while (sent.length < size) {
		// One after the other: what a restart finds at work is another round's.
		for (const { workflowId } of ways.listeners) await untilIdle(n8n.client, workflowId);
		starts += 1;
		const round = await deliverWhile(ways, n8n.restart(), events.slice(sent.length));
		sent.push(...round.sent);
		await untilRegistered(ways, ways.looking.url);
		deliveries.push(...(await Promise.all(round.sending)));
	}
	return { starts, ...(await account(n8n, ways, { sent, deliveries })) };
};

/** Updates n8n from the oldest version that is supported, with events at every moment until it has migrated and is there. */
export const update = async (install: N8nInstall, tarball: string) => {
	const userFolder = temporaryFolder('updated-n8n');
	const old = await installN8n(OLDEST_N8N_VERSION);
	const before = await startN8n({ install: old, tarball, userFolder });
	// The hand-built chain needs a newer node.
	const ways = await startWays(before, ['looks', 'webhooks']);
	const { port } = before;
	await before.stop();
	const starting = startN8n({ install, userFolder, port });
	const events = makeEvents('updated', LONGEST_START / EVERY_IN_UPDATE);
	const { n8n, sent, sending } = await deliverWhile(ways, starting, events, EVERY_IN_UPDATE);
	const deliveries = await Promise.all(sending);
	const figures = await account(n8n, ways, { sent, deliveries });
	await n8n.stop();
	return { from: old.version, to: install.version, ...figures };
};
