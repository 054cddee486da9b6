import type { IPollFunctions, IRun, ITriggerFunctions, NodeApiError } from 'n8n-workflow';
import type { ListedPage } from '../../api/allJobs';
import { listPages } from '../../api/allJobs';
import { getJob, MAX_PAGE_SIZE } from '../../api/jobs';
import { serviceOffset } from '../../api/serviceTime';
import { finishTime } from '../../job/job';
import { throwIfCancelled } from '../../n8n/clock';
import { executionSignal } from '../../n8n/context';
import { dedupKeys, scopeOf } from '../dedup/keys';
import { memoryOf } from '../dedup/memory';
import { toFoundItem } from '../delivery';
import { STATUS_BY_EVENT } from '../events';
import type { JobFilter } from '../filters';
import { matchJob } from '../filters';
import { isGone } from '../items';
import { isUnrecorded } from '../unrecorded';
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

/** Takes in which jobs of an event have finished since the look before. */
async function readList(
	ctx: LookContext,
	{ lists, open }: Watch,
	{ filter, grace }: Look,
	{ event, onPage }: { event: string; onPage: () => void },
): Promise<void> {
	const list = lists.get(event) ?? new FinishedList();
	lists.set(event, list);
	let offset = await serviceOffset(ctx);
	let isLeftOut = leftOutBy(readPublication(ctx), offset);
	async function* pages() {
		for await (const page of pagesOf(ctx, event)) {
			onPage();
			// A clock that was set since the look before is known from here on.
			offset = await serviceOffset(ctx);
			isLeftOut = leftOutBy(readPublication(ctx), offset);
			yield page;
		}
	}
	await list.look(pages(), Date.now() + offset, (job) => {
		const match = matchJob(filter, job);
		if (match === 'no' || isLeftOut(job, event)) return;
		const finishedAt = finishTime(job) ?? Date.now() + offset;
		const isUnclear = match === 'unclear';
		open.add({ event, jobId: job.id, finishedAt, isUnclear }, finishedAt + grace);
	});
}

/** Whether the job is one that the node is for, where the list has left that open. */
async function isMeant(ctx: LookContext, job: OpenJob, filter: JobFilter): Promise<boolean> {
	try {
		const whole = await getJob(ctx, job.jobId, undefined, { isPoll: true });
		const isLeftOut = leftOutBy(readPublication(ctx), await serviceOffset(ctx));
		return matchJob(filter, whole) === 'yes' && !isLeftOut(whole, job.event);
	} catch (error) {
		if (isGone(error)) return false;
		throw error as NodeApiError;
	}
}

/**
 * Asks for the jobs of which the list does not say enough.
 *
 * @throws NodeApiError for one that cannot be asked for, which is put off so that it holds up no others
 */
async function clearUp(ctx: LookContext, { open }: Watch, { filter }: Look): Promise<void> {
	const now = Date.now() + (await serviceOffset(ctx));
	for (const job of open.listDue(now).filter(({ isUnclear }) => isUnclear)) {
		try {
			if (await isMeant(ctx, job, filter)) job.isUnclear = false;
			else open.remove(job);
		} catch (error) {
			open.putOff(job, now);
			throw error as NodeApiError;
		}
	}
}

/** The jobs to hand over now: one execution for each inner array. */
async function takeDue(ctx: LookContext, { open }: Watch): Promise<OpenJob[][]> {
	const memory = memoryOf(scopeOfNode(ctx));
	const now = Date.now() + (await serviceOffset(ctx));
	// The workflow may have been deactivated meanwhile.
	throwIfCancelled(executionSignal(ctx));
	// Which of them the node's webhook has brought meanwhile is looked at last, right before they are handed over.
	for (const job of open.list()) if (memory.isHandled(keysOf(job))) open.remove(job);
	return open.takeDue((job) => job.isUnclear || memory.isUnderWay(keysOf(job)), now);
}

/**
 * An execution that ended well, or that waits further on, has recorded what it was given, in whatever process it ran, unless it
 * says otherwise.
 */
const hasRecorded = (run: IRun | undefined): boolean =>
	(run?.status === 'success' || run?.status === 'waiting') && !isUnrecorded(run);

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
			if (hasRecorded(run)) memory.remember(keysOf(job));
			open.noteEnd(job);
		}
	};
	void done.promise.then(note, () => note());
}

/**
 * Looks for jobs that have finished and were not emitted, and starts executions that emit them.
 *
 * @throws NodeApiError for the first call that failed. What could be found all the same is handed over, unless the service does
 * not answer at all: an execution could not ask for the jobs either.
 */
export async function lookForFinished(ctx: LookContext, look: Look): Promise<void> {
	const watch = watchOf(scopeOfNode(ctx));
	const failures: unknown[] = [];
	const noteFailure = (error: unknown) => void failures.push(error);
	let isAnswering = look.events.length === 0;
	const onPage = () => {
		isAnswering = true;
	};
	for (const event of look.events) {
		await learnWhatWasBefore(ctx, [event])
			.then(async () => await readList(ctx, watch, look, { event, onPage }))
			.catch(noteFailure);
	}
	if (isAnswering || failures.length < look.events.length) {
		await clearUp(ctx, watch, look).catch(noteFailure);
		for (const jobs of await takeDue(ctx, watch)) handOver(ctx, watch, jobs);
	}
	if (failures.length > 0) throw failures[0];
}
