import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { N8n } from '../../../harness/n8n';
import type { Delivery } from '../../../sandbox';
import { answersOf, makeEvents, sendAll } from '../events';
import { statuses } from './place';
import { deliverToAll, emittedInEach, startWays, untilLookedThrough } from './ways';

const DAY_MS = 24 * 60 * 60_000;

/** Jobs that had ended before the workflow was published. */
const OLDER = 300;

/** Milliseconds over which the last of the jobs end while n8n looks. */
const END_MS = 120_000;

/** Run by n8n's own Node, which has SQLite built in. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [path, id, text, other] = process.argv.slice(1);
const database = new DatabaseSync(path, { timeout: 10000 });
database
	.prepare('update workflow_entity set staticData = replace(staticData, ?, ?) where id = ?')
	.run(text, other, id);
`;

/** Lets a workflow have been published a day earlier, as far as the trigger has noted it. n8n must not run. */
const publishADayEarlier = async (
	{ node, n8n }: { node: string; n8n: N8n },
	workflowId: string,
): Promise<void> => {
	const [row] = await n8n.client.query<{ staticData: string }>(
		'select staticData from workflow_entity where id = ?',
		workflowId,
	);
	const [noted, time] = row?.staticData.match(/"from":(\d+)/) ?? [];
	if (noted === undefined) throw new Error('The trigger has not noted its publication.');
	await n8n.client.release();
	await promisify(execFile)(node, [
		...['--no-warnings', '--eval', PROGRAM, '--'],
		...[join(n8n.userFolder, '.n8n', 'database.sqlite'), workflowId],
		...[noted, `"from":${Number(time) - DAY_MS}`],
	]);
};

/**
 * The service has disabled the webhooks for a day, in which jobs end: most while n8n is down, the others while it looks. In the
 * end the webhooks come all the same.
 */
export const disabledForADay = async (n8n: N8n, node: string, size: number) => {
	const ways = await startWays(n8n);
	const { sandbox, listeners, looking } = ways;
	const events = makeEvents(`disabled_${size}`, size);
	const whileDown = Math.floor(0.75 * size);
	sandbox.seedJobs({ count: OLDER, completedAt: Date.now() - 1.01 * DAY_MS, apartMs: 600_000 });
	await n8n.kill();
	await publishADayEarlier({ node, n8n }, looking.workflowId);
	for (const { url } of listeners) sandbox.disableWebhook(url);
	const deliveries: Delivery[] = [];
	const end = async (index: number, completedAt: number) => {
		const event = events[index];
		if (event === undefined) return;
		sandbox.addSyntheticJob({ id: event.jobId, completedAt });
		deliveries.push(...(await Promise.all(deliverToAll(ways, event))));
	};
	for (let index = 0; index < whileDown; index++) {
		await end(index, Date.now() - DAY_MS * 0.99 * (1 - index / whileDown));
	}
	await n8n.restart();
	for (let index = whileDown; index < size; index++) {
		await end(index, Date.now());
		await sleep(END_MS / (size - whileDown));
	}
	await untilLookedThrough(ways, events);
	const emitted = emittedInEach(ways, events);
	const { length } = looking.sink.received;
	sandbox.enableWebhook(looking.url);
	const late = await sendAll(sandbox, looking.url, events);
	await sleep(5_000);
	const figures = {
		events: size,
		droppedByTheService: deliveries.filter(({ state }) => state === 'dropped').length,
		emitted,
		emittedThatNobodyAskedFor: length - events.length,
		lateAnswers: answersOf(late),
		emittedAfterLateWebhooks: looking.sink.received.length - length,
		executions: await statuses(n8n, looking.workflowId),
	};
	await ways.close(n8n.client);
	return figures;
};
