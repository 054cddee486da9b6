import { randomBytes } from 'node:crypto';
import { newTemporaryFolder } from '../../harness/folders';
import { createKeys, type Keys } from './auth';
import { createFaults, type Faults } from './faults';
import { resolveOptions, type ResolvedOptions, type SandboxOptions } from './options';
import type { PlanLimits } from './plans';
import { createRequestLog, type RequestLog } from './requestLog';
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

/** Makes the state of a sandbox, with a temporary folder of its own. Throws on options that cannot be. */
export function createWorld(given: SandboxOptions): World {
	const options = resolveOptions(given);
	const keys = createKeys([{ key: options.apiKey }, ...options.keys]);
	return {
		...{ options, keys, switches: options.switches, plan: options.plan },
		...{ faults: createFaults(), requests: createRequestLog(keys), jobs: new Map(), rules: [] },
		...{ minutesUsed: options.minutesUsed, urlSecret: randomBytes(32).toString('hex') },
		folder: newTemporaryFolder('sandbox'),
		origins: { api: '', cdn: '', foreign: '' },
	};
}

/** The limits that an API key is under. */
export function limitsFor(world: World, key: string | undefined): PlanLimits {
	return (key === undefined ? undefined : world.keys.plan(key)) ?? world.plan;
}
