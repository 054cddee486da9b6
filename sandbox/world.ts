import type { Keys } from './auth';
import type { Faults } from './faults';
import type { ResolvedOptions } from './options';
import type { PlanLimits } from './plans';
import type { RequestLog } from './requestLog';
import type { Switches } from './switches';
import type { Job, JobRule } from './types';

/** Decides about a job when it is created; undefined leaves it to the defaults. */
export type JobRuleFunction = (job: Job) => JobRule | undefined;

/** The state that the parts of one sandbox share. */
export interface World {
	options: ResolvedOptions;
	switches: Switches;
	plan: PlanLimits;
	keys: Keys;
	faults: Faults;
	requests: RequestLog;
	/** By job ID, oldest first. */
	jobs: Map<string, Job>;
	/** Rules for the next jobs, in order. */
	rules: Array<{ rule: JobRule | JobRuleFunction; left: number }>;
	/** Minutes of audio used this month. */
	minutesUsed: number;
	/** Folder for downloads and segments. */
	folder: string;
	/** Signs segment URLs. */
	urlSecret: string;
	/** `http://127.0.0.1:<port>` of each server, known once it listens. */
	origins: { api: string; cdn: string; foreign: string };
}

/** The limits that an API key is under. */
export function limitsFor(world: World, key: string | undefined): PlanLimits {
	return (key === undefined ? undefined : world.keys.plan(key)) ?? world.plan;
}
