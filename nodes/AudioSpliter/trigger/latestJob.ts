import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listPages } from '../api/allJobs';
import { finishTime } from '../job/job';
import { refusal } from '../n8n/errors';
import type { Delivery } from './delivery';
import { PROCESS_ID } from './delivery';
import { assertEvents, findableEvents, POLLED_EVENTS_RULE, STATUS_BY_EVENT } from './events';
import { matchJob, toMetadataFilter } from './filters';
import { toFoundItems } from './foundItems';

/** Jobs of a page: more than one, since the list's order is not documented and a filter may leave some out. */
const PAGE_SIZE = 20;

interface Candidate {
	delivery: Delivery;
	finishedAt: number;
}

/** The latest finished job of each event, with the next one after it where it turns out to be none of this node's. */
async function findCandidates(ctx: IExecuteFunctions): Promise<Candidate[]> {
	const metadata = toMetadataFilter(ctx, ctx.getNodeParameter('filters', 0, {}));
	const found: Candidate[] = [];
	for (const event of findableEvents(ctx.getNodeParameter('events', 0, []))) {
		const status = STATUS_BY_EVENT[event];
		for await (const { jobs } of listPages(ctx, { limit: PAGE_SIZE, status }, 0)) {
			const matching = jobs.filter((job) => matchJob({ metadata }, job) !== 'no');
			for (const job of matching) {
				const delivery = { event, jobId: job.id, data: {}, receivedBy: PROCESS_ID, found: {} };
				found.push({ delivery, finishedAt: finishTime(job) ?? 0 });
			}
			if (matching.length > 0) break;
		}
	}
	return found.sort((one, other) => other.finishedAt - one.finishedAt);
}

/**
 * The latest finished job, whenever that was, for somebody who tests the node in the editor. It counts as emitted nowhere.
 *
 * @throws NodeOperationError where there is none
 */
export async function emitLatest(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	assertEvents(ctx, ctx.getNodeParameter('events', 0, []), POLLED_EVENTS_RULE);
	for (const { delivery } of await findCandidates(ctx)) {
		const items = await toFoundItems(ctx, delivery, 0);
		if (items.length > 0) return items;
	}
	throw refusal(
		ctx,
		'No finished job was found',
		"The account has no job that matches 'Trigger On' and 'Filters'. Run a split job first, or publish the workflow: it starts by itself once a job finishes.",
	);
}
