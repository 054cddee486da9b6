const MB = 1024 * 1024;

/** A plan's limits: requests per minute and API key, jobs at once, source bytes, minutes of audio a month. */
export interface PlanLimits {
	requestsPerMinute: number;
	concurrentJobs: number;
	/** Largest source in bytes. */
	maxFileSize: number;
	/** Minutes of audio a month. */
	minutesPerMonth: number;
	/** Whether minutes beyond the quota are billed; where not, a create is answered with 402. */
	overage: boolean;
}

export type PlanName = 'free' | 'starter' | 'pro' | 'unlimited';

/** A plan by name, or limits of one's own (`overage` is false when left out). */
export type PlanOption =
	PlanName | (Omit<PlanLimits, 'overage'> & Partial<Pick<PlanLimits, 'overage'>>);

/** The documented plans, and `unlimited`: no limit that a test could run into by accident. */
export const PLANS: Record<PlanName, PlanLimits> = {
	free: {
		requestsPerMinute: 10,
		concurrentJobs: 2,
		maxFileSize: 100 * MB,
		minutesPerMonth: 60,
		overage: false,
	},
	starter: {
		requestsPerMinute: 60,
		concurrentJobs: 5,
		maxFileSize: 500 * MB,
		minutesPerMonth: 500,
		overage: true,
	},
	pro: {
		requestsPerMinute: 300,
		concurrentJobs: 20,
		maxFileSize: 2048 * MB,
		minutesPerMonth: 5000,
		overage: true,
	},
	unlimited: {
		requestsPerMinute: 1_000_000,
		concurrentJobs: 1000,
		maxFileSize: Number.MAX_SAFE_INTEGER,
		minutesPerMonth: Number.MAX_SAFE_INTEGER,
		overage: true,
	},
};

export const PLAN_NAMES = Object.keys(PLANS) as PlanName[];

/** The limits that an option stands for. Throws on a name that is no plan. */
export function planLimits(plan: PlanOption): PlanLimits {
	if (typeof plan === 'object') return { overage: false, ...plan };
	const limits = PLANS[plan];
	if (limits === undefined) {
		throw new Error(`No plan "${String(plan)}"; there are ${PLAN_NAMES.join(', ')}`);
	}
	return { ...limits };
}
