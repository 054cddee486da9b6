import { isoSeconds, segmentViews, type Body } from '../jobs/view';
import type { Notify } from '../jobs/runJob';
import type { EventName, Job } from '../world/types';
import type { World } from '../world/world';
import type { DeliveryRequest } from './delivery';
import type { PendingDelivery, Webhooks } from './webhooks';

/** Tells the webhook URLs of jobs of their events, or keeps that back. */
export interface Notifier {
	notify: Notify;
	/** Keeps what is to be sent from now on back, or no longer. */
	withhold(on?: boolean): void;
	/** Sends all that was kept back, in order. */
	sendWithheld(): PendingDelivery[];
	/** Sends the event of a job's end once more, or for the first time. Throws where it has not ended, or has no webhook URL. */
	sendEnd(jobId: string): PendingDelivery;
}

/** Makes the notifier of a sandbox, which keeps nothing back at first. */
export function createNotifier(world: World, webhooks: Webhooks): Notifier {
	let withholds = false;
	let withheld: DeliveryRequest[] = [];
	return {
		notify(job, event, progress) {
			const request = requestFor(world, job, event, progress);
			if (request === undefined) return;
			if (withholds) withheld.push(withBodyOfNow(world, request));
			else webhooks.deliver(request);
		},
		withhold(on = true) {
			withholds = on;
		},
		sendWithheld() {
			const requests = withheld;
			withheld = [];
			return requests.map(webhooks.deliver);
		},
		sendEnd(jobId) {
			const job = world.jobs.get(jobId);
			const event = job?.status === 'failed' ? 'job.failed' : 'job.completed';
			const request = job?.finishedAt === undefined ? undefined : requestFor(world, job, event);
			if (request === undefined) throw new Error(`There is no event to send of ${jobId}`);
			return webhooks.deliver(request);
		},
	};
}

function requestFor(
	world: World,
	job: Job,
	event: EventName,
	progress?: number,
): DeliveryRequest | undefined {
	const url = job.request.webhookUrl;
	if (url === undefined) return undefined;
	return { url, event, jobId: job.id, payload: () => eventView(world, job, event, progress) };
}

/** What comes late has the times and links of its event, as a retry has, unless a switch says that these are made anew. */
function withBodyOfNow({ switches }: World, request: DeliveryRequest): DeliveryRequest {
	if (switches.bodyOnRetry === 'regenerated') return request;
	const payload = request.payload();
	return { ...request, payload: () => payload };
}

/** The body of a webhook about a job. */
function eventView(world: World, job: Job, event: EventName, progress?: number): Body {
	return {
		...{ event, jobId: job.id, timestamp: isoSeconds(Date.now()) },
		data: dataView(world, job, event, progress),
	};
}

function dataView(world: World, job: Job, event: EventName, progress?: number): Body {
	switch (event) {
		case 'job.progress':
			return { status: 'processing', progress };
		case 'job.failed':
			return failedView(world, job);
		case 'job.completed':
			return completedView(world, job);
	}
}

function failedView({ switches }: World, job: Job): Body {
	const { code, message } = job.error ?? { code: 'JOB_FAILED', message: '' };
	return {
		status: 'failed',
		error: { code, message },
		...(switches.failedWebhookCarriesMetadata && { metadata: job.request.metadata ?? {} }),
	};
}

function completedView(world: World, job: Job): Body {
	const segments = segmentViews(world, job) ?? [];
	if (world.switches.completedWebhook === 'short') {
		return { status: 'completed', segments: segments.map(withoutExpiry) };
	}
	return {
		status: 'completed',
		splitMode: job.request.splitMode,
		segmentCount: job.segments.length,
		totalDuration: Math.round(job.sourceDuration ?? 0),
		segments,
		metadata: job.request.metadata ?? {},
	};
}

function withoutExpiry({ index, downloadUrl, duration, size }: Body): Body {
	return { index, downloadUrl, duration, size };
}
