import { randomBytes } from 'node:crypto';
import type { CreateRequest, Job } from '../world/types';
import type { World } from '../world/world';

const STUCK_AT_PERCENT = 30;

/** A job just created, without a rule. */
export function newJob(request: CreateRequest, key: string): Job {
	return {
		...{ id: `job_${randomBytes(6).toString('hex')}`, status: 'queued', request, key, rule: {} },
		...{ progress: 0, segments: [], createdAt: Date.now() },
		...{ deleted: false, filesExpired: false, synthetic: false },
	};
}

/** The rule for a new job: the next of `nextJobs`, a job fault, else the sandbox's own. */
export function ruleFor(world: World, job: Job): Job['rule'] {
	const base = world.options.processing;
	const fault = world.faults.take('job', { method: 'POST', path: job.request.sourceUrl });
	if (fault?.name === 'job-stuck') return { ...base, stuckAt: fault.progress ?? STUCK_AT_PERCENT };
	if (fault?.name === 'job-without-progress') return { ...base, withoutProgress: true };
	if (fault?.name === 'job-fails') {
		const { code = 'JOB_FAILED', message, details } = fault;
		return { ...base, failWith: { code, message, details } };
	}
	const next = world.rules[0];
	if (next === undefined) return base;
	next.left -= 1;
	if (next.left <= 0) world.rules.shift();
	return { ...base, ...(typeof next.rule === 'function' ? next.rule(job) : next.rule) };
}
