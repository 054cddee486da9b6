import type { Sandbox } from '../../sandbox';
import type { Tell } from '../progress';

/** Tells every half second how far AudioSpliter is with its newest job. Returns how to stop. */
export const watchJobs = (sandbox: Sandbox, tell: Tell): (() => void) => {
	const watching = setInterval(() => {
		const job = sandbox.jobs().at(-1);
		if (job) tell(`job ${job.id} is ${job.status}, ${Math.round(job.progress)} %`);
	}, 500);
	return () => clearInterval(watching);
};
