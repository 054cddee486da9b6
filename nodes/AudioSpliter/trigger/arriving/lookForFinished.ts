import type { IPollFunctions, IRun, ITriggerFunctions } from 'n8n-workflow';
import type { ListedPage } from '../../api/allJobs';
import { listPages } from '../../api/allJobs';
import { getJob, MAX_PAGE_SIZE } from '../../api/jobs';
import { serviceOffset } from '../../api/serviceTime';
import { finishTime } from '../../job/job';
import { dedupKeys, scopeOf } from '../dedup/keys';
import { memoryOf } from '../dedup/memory';
import { toFoundItem } from '../delivery';
import { STATUS_BY_EVENT } from '../events';
import type { JobFilter } from '../filters';
import { matchJob } from '../filters';
import { FinishedList } from './finishedList';
import type { OpenJob } from './openJobs';
import { OpenJobs } from './openJobs';
import { isBeforeKnown, leftOutBy, noteFinishedBefore, readPublication } from './publication';

/** The contexts of n8n in which a trigger looks for finished jobs. */
export type LookContext = ITriggerFunctions | IPollFunctions;

/** What a look is for. */
export interface Look {
	/** `job.completed` or `job.failed`, or both. */
	events: string[];
	filter: JobFilter;
	/** Milliseconds for which a finished job is left alone, since its webhook is about to come. */
	grace: number;
}

/** What this process knows of one node's jobs. */
interface Watch {
	lists: Map<string, FinishedList>;
	open: OpenJobs;
}

const MAX_WATCHES = 1_000;

const watches = new Map<string, Watch>();

function watchOf(scope: string): Watch {
	const watch = watches.get(scope) ?? {
		lists: new Map<string, FinishedList>(),
		open: new OpenJobs(),
	};
	watches.delete(scope);
	watches.set(scope, watch);
	for (const oldest of watches.keys()) {
		if (watches.size <= MAX_WATCHES) break;
		watches.delete(oldest);
	}
	return watch;
}

const scopeOfNode = (ctx: LookContext): string => scopeOf(ctx.getWorkflow().id, ctx.getNode().id);

const keysOf = ({ event, jobId }: OpenJob): string[] =>
	dedupKeys({ event, jobId, data: {} }, undefined);

const pagesOf = (ctx: LookContext, event: string): AsyncIterable<ListedPage> =>
	listPages(ctx, { limit: MAX_PAGE_SIZE, status: STATUS_BY_EVENT[event], isPoll: true });

/**
 * Sees to it that what was finished before the settings in force is known.
 *
 * @throws NodeApiError when the list cannot be read
 */
export async function learnWhatWasBefore(ctx: LookContext, events: string[]): Promise<void> {
	for (const event of events) {
		if (isBeforeKnown(readPublication(ctx), event)) continue;
		// The offset is known once the first page is there.
		await noteFinishedBefore(ctx, event, pagesOf(ctx, event), async () => await serviceOffset(ctx));
	}
}

/** Takes in which jobs have finished since the look before. */
async function readLists(ctx: LookContext, { lists, open }: Watch, look: Look): Promise<void> {
	const offset = await serviceOffset(ctx);
	const isLeftOut = leftOutBy(readPublication(ctx), offset);
	const now = Date.now() + offset;
	for (const event of look.events) {
		const list = lists.get(event) ?? new FinishedList();
		lists.set(event, list);
		await list.look(pagesOf(ctx, event), now, (job) => {
			const match = matchJob(look.filter, job);
			if (match === 'no' || isLeftOut(job, event)) return;
			const finishedAt = finishTime(job) ?? now;
			const isUnclear = match === 'unclear';
			open.add({ event, jobId: job.id, finishedAt, isUnclear }, finishedAt + look.grace);
		});
	}
}

/** Whether the job is one that the node is for, where the list has left that open. */
async function isMeant(ctx: LookContext, job: OpenJob, filter: JobFilter): Promise<boolean> {
	if (!job.isUnclear) return true;
	const whole = await getJob(ctx, job.jobId, undefined, { isPoll: true });
	job.isUnclear = false;
	const isLeftOut = leftOutBy(readPublication(ctx), await serviceOffset(ctx));
	return matchJob(filter, whole) === 'yes' && !isLeftOut(whole, job.event);
}

/** The jobs to hand over now, those of each list in one execution. */
async function takeDue(ctx: LookContext, { open }: Watch, { filter }: Look): Promise<OpenJob[][]> {
	const memory = memoryOf(scopeOfNode(ctx));
	for (const job of open.list()) if (memory.isHandled(keysOf(job))) open.remove(job);
	const now = Date.now() + (await serviceOffset(ctx));
	for (const job of open.listDue(now)) if (!(await isMeant(ctx, job, filter))) open.remove(job);
	// Which of them the node's webhook has brought meanwhile is looked at last, right before they are handed over.
	return open.takeDue((job) => {
		const keys = keysOf(job);
		return memory.isUnderWay(keys) || memory.isHandled(keys);
	}, now);
}

/** An execution that ended well, or that waits further on, has put out what it was given, in whatever process it ran. */
const hasEmitted = (run: IRun | undefined): boolean =>
	run?.status === 'success' || run?.status === 'waiting';

/** How n8n says what became of an execution that a trigger started: of some it does not say anything. */
type Done = Parameters<ITriggerFunctions['emit']>[2];

/** Has an execution emit the jobs. Those that it does not are looked at again. */
function handOver(ctx: LookContext, { open }: Watch, jobs: OpenJob[]): void {
	const memory = memoryOf(scopeOfNode(ctx));
	const done = ctx.helpers.createDeferredPromise<IRun | undefined>();
	const { webhookUrl } = readPublication(ctx);
	const items = jobs.map((job) => toFoundItem(job, webhookUrl));
	if ('emit' in ctx) ctx.emit([items], undefined, done as Done);
	else ctx.__emit([items], undefined, done);
	const note = (run?: IRun): void => {
		for (const job of jobs) {
			if (hasEmitted(run)) memory.remember(keysOf(job));
			open.noteEnd(job);
		}
	};
	void done.promise.then(note, () => note());
}

/**
 * Looks for jobs that have finished and were not emitted, and starts executions that emit them.
 *
 * @throws NodeApiError when the service cannot be asked; what was found until then is handed over at the next look
 */
export async function lookForFinished(ctx: LookContext, look: Look): Promise<void> {
	const watch = watchOf(scopeOfNode(ctx));
	await learnWhatWasBefore(ctx, look.events);
	await readLists(ctx, watch, look);
	for (const jobs of await takeDue(ctx, watch, look)) handOver(ctx, watch, jobs);
}
