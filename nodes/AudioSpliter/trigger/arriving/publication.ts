import { createHash } from 'crypto';
import type { IHookFunctions, IPollFunctions, ITriggerFunctions } from 'n8n-workflow';
import { CREDENTIAL_TYPE } from '../../api/account';
import type { ListedPage } from '../../api/allJobs';
import { creationTime, finishTime } from '../../job/job';
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

/** Settings, and since when they hold. */
interface Published extends Settings {
	/** Milliseconds since 1970 by this machine's clock. */
	from: number;
	/** Milliseconds that the service's clock was ahead then, where that is known: this machine's may be set later. */
	offset?: number;
	/** Events whose list was read for what was finished before. */
	listed: string[];
}

/**
 * What n8n keeps of a node's publications with the workflow: a job counts by the settings at the time when it finished, so that
 * neither the first publication nor a later edit brings anything of what was before.
 */
export interface Publication {
	/** Oldest first. */
	settings: Published[];
	/** Digests of jobs that ended under settings that left them out, or before there were any, where their times do not tell. */
	before: string[];
	/** The ID of the credential: with another one the node may be on another account, whose history it does not know. */
	credentialId?: string;
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
	return { settings: [], before: [], ...copy };
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

/** What was published before, as far as it tells anything of the account that the node is on now. */
function readOfAccount(ctx: ActivationContext): Publication {
	const publication = readPublication(ctx);
	const credentialId = ctx.getNode().credentials?.[CREDENTIAL_TYPE]?.id ?? undefined;
	const isAnother = publication.credentialId !== credentialId;
	return { ...publication, ...(isAnother && { settings: [] }), credentialId };
}

/** Notes what the workflow is published with. What has not changed since the last time keeps its time. */
export function notePublication(
	ctx: ActivationContext,
	{ events, metadata }: Settings,
	webhookUrl?: string,
): void {
	const publication = readOfAccount(ctx);
	const { settings } = publication;
	if (!isSame(settings.at(-1), { events, metadata })) {
		settings.push({ events, metadata, from: Date.now(), listed: [] });
	}
	keepPublication(ctx, {
		...publication,
		settings: settings.slice(-MAX_SETTINGS),
		...(webhookUrl !== undefined && { webhookUrl }),
	});
}

/** Whether the jobs of an event that were finished before the settings in force are known. */
export const isBeforeKnown = ({ settings }: Publication, event: string): boolean =>
	settings.at(-1)?.listed.includes(event) === true;

const leavesOut = ({ events, metadata }: Settings, job: Job, event: string): boolean =>
	!events.includes(event) || matchJob({ metadata: new Map(metadata) }, job) === 'no';

/** When the settings came into force, in the whole seconds of the API and by the service's clock. */
const beginOf = (published: Pick<Published, 'from' | 'offset'>, offset: number): number =>
	wholeSecond(published.from + (published.offset ?? offset));

/** Tells which of the listed jobs the settings in force must not bring, although their times do not say so. */
function unclearOf({ settings }: Publication, event: string, offset: number) {
	const [first = { from: Date.now() }] = settings;
	const known = settings.filter(({ listed }) => listed.includes(event)).at(-1);
	if (known !== undefined) {
		// An edit. What was finished before counted by the settings until then.
		const earlier = settings.slice(settings.indexOf(known), -1);
		return (job: Job): boolean =>
			finishTime(job) === undefined && earlier.some((one) => leavesOut(one, job, event));
	}
	const isFresh = Math.abs(Date.now() - first.from) < FRESH_MS;
	const since = beginOf(first, offset);
	return (job: Job): boolean => {
		const time = finishTime(job);
		return time === undefined || (isFresh && time >= since);
	};
}

/** Whether the jobs after these are older. */
const isNewestFirst = (jobs: Job[]): boolean => {
	const times = jobs.map((job) => creationTime(job) ?? finishTime(job) ?? Infinity);
	return times.every((time, row) => time !== Infinity && time <= (times[row - 1] ?? Infinity));
};

/**
 * Notes which jobs were finished at the first publication, or were left out before an edit, as far as their times do not
 * tell: the service need not give any, and gives them in whole seconds. As a rule one page is enough, whatever the account's
 * history.
 *
 * @param offset milliseconds that the service's clock is ahead
 * @throws NodeApiError when the list cannot be read; then nothing is noted
 */
export async function noteFinishedBefore(
	ctx: ActivationContext,
	event: string,
	pages: AsyncIterable<Pick<ListedPage, 'jobs'>>,
	offset: () => Promise<number>,
): Promise<void> {
	const read = readPublication(ctx);
	const found: string[] = [];
	for await (const { jobs } of pages) {
		const unclear = jobs.filter(unclearOf(read, event, await offset()));
		found.push(...unclear.map(digestOf));
		if (unclear.length === 0 && isNewestFirst(jobs)) break;
	}
	const publication = readPublication(ctx);
	const noted = await offset();
	keepPublication(ctx, {
		...publication,
		before: [...new Set([...publication.before, ...found])],
		settings: publication.settings.map((one) =>
			one.from === read.settings.at(-1)?.from
				? { ...one, offset: one.offset ?? noted, listed: [...one.listed, event] }
				: one,
		),
	});
}

/**
 * Tells which jobs ended under settings that left them out, or before there were any.
 *
 * @param offset milliseconds that the service's clock is ahead
 */
export function leftOutBy({ settings, before }: Publication, offset: number) {
	const known = new Set(before);
	return (job: Job, event: string): boolean => {
		if (known.has(digestOf(job))) return true;
		const time = finishTime(job) ?? Infinity;
		const inForce = settings.filter((published) => time >= beginOf(published, offset)).at(-1);
		return inForce === undefined || leavesOut(inForce, job, event);
	};
}
