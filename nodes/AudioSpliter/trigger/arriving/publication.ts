import { createHash } from 'crypto';
import type { IHookFunctions, IPollFunctions, ITriggerFunctions } from 'n8n-workflow';
import type { ListedPage } from '../../api/allJobs';
import { finishTime } from '../../job/job';
import type { Job } from '../../job/types';
import { isRecord } from '../../job/values';
import { matchJob } from '../filters';

/** The contexts in which n8n activates a trigger. */
export type ActivationContext = Pick<
	IHookFunctions | ITriggerFunctions | IPollFunctions,
	'getNode' | 'getWorkflowStaticData'
>;

/** What a workflow was published with. */
export interface Settings {
	/** Those that a look can find. */
	events: string[];
	/** What a job's metadata must hold. */
	metadata: Array<[string, string]>;
}

/**
 * What n8n keeps of a node's publications with the workflow: a job counts by the settings at the time when it finished, so that
 * neither the first publication nor a later edit brings anything of what was before.
 */
export interface Publication {
	/** Oldest first, each with the time since when it holds: milliseconds since 1970 by this machine's clock. */
	settings: Array<Settings & { from: number }>;
	/** Digests of jobs that were finished at the first publication, where their times do not tell. */
	before: string[];
	/** Events whose list was read for them. */
	listed: string[];
	/** The trigger's own. */
	webhookUrl?: string;
}

/** Edits that are kept. */
const MAX_SETTINGS = 20;

/** Milliseconds after the first publication in which the list still shows what was finished before it. */
const FRESH_MS = 60_000;

/** Long enough to tell the jobs of an account apart. */
const digestOf = ({ id }: Job): string =>
	createHash('sha256').update(id).digest('base64url').slice(0, 10);

/** The API gives times in whole seconds. */
const wholeSecond = (time: number): number => Math.floor(time / 1_000) * 1_000;

// In the data of the workflow, not of the node: n8n keeps that by the node's name, and a rename would lose it.
const nameOf = (ctx: ActivationContext): string => `audioSpliter ${ctx.getNode().id}`;

export function readPublication(ctx: ActivationContext): Publication {
	const kept: unknown = ctx.getWorkflowStaticData('global')[nameOf(ctx)];
	// A copy, since n8n's own object takes note of each change.
	const copy = isRecord(kept) ? (JSON.parse(JSON.stringify(kept)) as Partial<Publication>) : {};
	return { settings: [], before: [], listed: [], ...copy };
}

/**
 * Has n8n keep it: n8n saves the data of a workflow at the end of its activation, and with each execution that a trigger
 * starts (n8n: `active-workflow-manager.js`).
 */
function keepPublication(ctx: ActivationContext, publication: Publication): void {
	ctx.getWorkflowStaticData('global')[nameOf(ctx)] = { ...publication };
}

const isSame = (one: Settings | undefined, other: Settings): boolean =>
	one !== undefined &&
	JSON.stringify([one.events, one.metadata]) === JSON.stringify([other.events, other.metadata]);

/** Notes what the workflow is published with. What has not changed since the last time keeps its time. */
export function notePublication(
	ctx: ActivationContext,
	{ events, metadata }: Settings,
	webhookUrl?: string,
): void {
	const publication = readPublication(ctx);
	const { settings } = publication;
	if (!isSame(settings.at(-1), { events, metadata })) {
		settings.push({ events, metadata, from: Date.now() });
	}
	keepPublication(ctx, {
		...publication,
		settings: settings.slice(-MAX_SETTINGS),
		...(webhookUrl !== undefined && { webhookUrl }),
	});
}

/**
 * Notes which jobs were finished at the first publication, as far as their times do not tell: the service need not give any.
 * Where it does, one page is enough, whatever the account's history.
 *
 * @param offset milliseconds that the service's clock is ahead
 * @throws NodeApiError when the list cannot be read; then nothing is noted
 */
export async function noteFinishedBefore(
	ctx: ActivationContext,
	event: string,
	pages: AsyncIterable<ListedPage>,
	offset: () => Promise<number>,
): Promise<void> {
	const first = readPublication(ctx).settings[0]?.from ?? Date.now();
	const isFresh = Math.abs(Date.now() - first) < FRESH_MS;
	const found: string[] = [];
	for await (const { jobs } of pages) {
		const times = jobs.map(finishTime);
		const since = wholeSecond(first + (await offset()));
		for (const [position, job] of jobs.entries()) {
			const time = times[position];
			const isUnclear = time === undefined || (isFresh && time >= since);
			if (isUnclear) found.push(digestOf(job));
		}
		if (!times.includes(undefined)) break;
	}
	const publication = readPublication(ctx);
	keepPublication(ctx, {
		...publication,
		before: [...new Set([...publication.before, ...found])],
		listed: [...publication.listed, event],
	});
}

/**
 * Tells which jobs the settings of their time had left out, or had none.
 *
 * @param offset milliseconds that the service's clock is ahead
 */
export function leftOutBy({ settings, before }: Publication, offset: number) {
	const known = new Set(before);
	return (job: Job, event: string): boolean => {
		if (known.has(digestOf(job))) return true;
		const time = finishTime(job) ?? Infinity;
		const inForce = settings.filter(({ from }) => time >= wholeSecond(from + offset)).at(-1);
		if (inForce?.events.includes(event) !== true) return true;
		return matchJob({ metadata: new Map(inForce.metadata) }, job) === 'no';
	};
}
