import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { LoggedRequest, PlanName } from '../../sandbox';
import { RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import type { Ran } from '../support/action';
import { runAction } from '../support/action';
import type { EngineStage } from './support/stage';
import { useEngine } from './support/stage';

const stage = useEngine();

/** Longer than a window of the rate limit, which is a real minute here: every wait sees two of them at least. */
const JOB_MS = 65_000;

/** A key on a plan, and a credential with it. The limits are per key, so that the cases can run side by side. */
const onPlan = async (plan: PlanName) => {
	const apiKey = `as_test_sk_${plan}_${Math.random()}`;
	stage.sandbox.addKey({ key: apiKey, plan });
	const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
	return { apiKey, credential };
};

const waitFor = async (credential: EngineStage['credential'], jobs: number, label: string) =>
	await runAction(
		{ runner: stage.runner, credential },
		{
			resource: 'splitJob',
			operation: 'create',
			sourceUrl: stage.sandbox.fileUrl(RECORDING),
			segmentDuration: 5,
			additionalFields: { metadata: { values: [{ key: 'case', value: label }] } },
			// The fastest that the node does: the budget is what slows it down.
			waitOptions: { pollInterval: 1, maxPollInterval: 1 },
		},
		{ items: Array.from({ length: jobs }, () => ({})), timeout: 400_000 },
	);

/** The log cannot tell keys apart, but jobs. */
const requestsOf = (label: string) => {
	const ids = stage.sandbox
		.jobs()
		.filter(({ request }) => request.metadata?.case === label)
		.map(({ id }) => id);
	return {
		ids,
		polls: stage.sandbox.requests().filter(({ path }) => ids.some((id) => path.endsWith(id))),
	};
};

/** Another program with the same key, that looks at nothing: it takes a third more than there is. */
const useUp = async (apiKey: string, label: string, isOver: () => boolean): Promise<void> => {
	await until(() => requestsOf(label).ids.length > 0 || isOver());
	while (!isOver()) {
		await axios.get(`${stage.sandbox.baseUrl}/splits?limit=1&other=1`, {
			...{ headers: { 'X-API-Key': apiKey }, proxy: false, validateStatus: () => true },
		});
		await sleep(4_500);
	}
};

interface Case {
	label: string;
	plan: PlanName;
	/** Jobs of each execution that shares the key. */
	executions: number[];
	isDisturbed?: boolean;
}

const CASES: Case[] = [
	{ label: 'Free, two jobs', plan: 'free', executions: [2] },
	{ label: 'Free, two executions of one job', plan: 'free', executions: [1, 1] },
	{ label: 'Starter, five jobs', plan: 'starter', executions: [5] },
	{ label: 'Free, used up by others', plan: 'free', executions: [2], isDisturbed: true },
];

describe("within a plan's requests a minute", () => {
	let results: Ran[][];
	let creates: LoggedRequest[];

	beforeAll(async () => {
		stage.sandbox.clearRequests();
		stage.sandbox.nextJobs({ minimumMs: JOB_MS }, 11);
		results = await Promise.all(
			CASES.map(async ({ label, plan, executions, isDisturbed }) => {
				const { apiKey, credential } = await onPlan(plan);
				let isOver = false;
				const others = isDisturbed === true ? useUp(apiKey, label, () => isOver) : undefined;
				const runs = executions.map(async (jobs) => await waitFor(credential, jobs, label));
				const ran = await Promise.all(runs);
				isOver = true;
				await others;
				report(label);
				return ran;
			}),
		);
		creates = stage.sandbox.requests().filter(({ method }) => method === 'POST');
	}, 600_000);

	const counted = new Map<string, { jobs: number; polls: number; refused: number }>();
	let othersRefused = 0;
	/** Read before the log of requests begins anew. */
	const report = (label: string) => {
		const { ids, polls } = requestsOf(label);
		const refused = polls.filter(({ status }) => status === 429).length;
		othersRefused += stage.sandbox
			.requests()
			.filter(({ path, status }) => path.includes('other=1') && status === 429).length;
		counted.set(label, { jobs: ids.length, polls: polls.length, refused });
		console.log(`${label}: ${polls.length} polls of ${ids.length} jobs, ${refused} refused`);
	};

	it.each(CASES.map((one, index) => ({ ...one, index })))(
		'$label',
		({ label, executions, isDisturbed, index }) => {
			const jobs = executions.reduce((sum, count) => sum + count, 0);
			const all = results[index] ?? [];
			expect(all.map(({ execution }) => execution.status)).toEqual(executions.map(() => 'success'));
			expect(all.flatMap(({ json }) => json.map(({ status }) => status))).toEqual(
				Array.from({ length: jobs }, () => 'completed'),
			);
			// Each was submitted once, whatever the limit.
			expect(counted.get(label)?.jobs).toBe(jobs);
			if (isDisturbed !== true) expect(counted.get(label)?.refused).toBe(0);
			// The key was used up indeed.
			else expect(othersRefused).toBeGreaterThan(0);
		},
	);

	it('submits every job with the first request for it', () => {
		const jobs = CASES.flatMap(({ executions }) => executions).reduce((sum, count) => sum + count);
		expect(creates.map(({ status }) => status)).toEqual(Array.from({ length: jobs }, () => 201));
	});
});
