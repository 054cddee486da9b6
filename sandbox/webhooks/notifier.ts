import { isoSeconds, segmentViews, type Body } from '../jobs/view';
import type { Notify } from '../jobs/runJob';
import type { EventName, Job } from '../world/types';
import type { World } from '../world/world';
import type { Webhooks } from './webhooks';

/** Makes the function that tells a job's webhook URL, where it has one, of an event. */
export function createNotifier(world: World, webhooks: Webhooks): Notify {
	return (job, event, progress) => {
		const url = job.request.webhookUrl;
		if (url === undefined) return;
		const payload = (): Body => eventView(world, job, event, progress);
		webhooks.deliver({ url, event, jobId: job.id, payload });
	};
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
