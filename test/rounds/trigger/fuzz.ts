import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { parse } from 'flatted';
import type { IRunExecutionData } from 'n8n-workflow';
import { untilIdle } from '../../../harness/untilIdle';
import { inParallel } from '../../support/inParallel';
import type { Triggered } from '../../support/triggered';
import { activeTrigger, TRIGGER } from '../../support/triggered';
import type { Built } from './fuzz/build';
import { build } from './fuzz/build';
import type { Draft } from './fuzz/drafts';
import { drafts } from './fuzz/drafts';
import type { Expected } from './fuzz/expected';
import { expectedOf, isSigned, reaches } from './fuzz/expected';
import { DATABASE_PAUSE } from '../events';
import type { WireAnswer } from './fuzz/wire';
import { sendOnWire } from './fuzz/wire';
import type { Place } from './place';

/** Milliseconds without an answer after which a request counts as never answered. */
const TIMEOUT_MS = 60_000;
const AT_ONCE = 16;
const SUBSCRIBED = [
	['job.completed', 'job.failed'],
	['job.completed', 'job.failed', 'job.progress'],
];

/** Between two attempts while n8n pauses. */
const PAUSE_MS = 500;
/** For how long one request comes again. */
const PATIENCE_MS = 120_000;

interface Sent {
	number: number;
	draft: Draft;
	expected: Expected;
	forged: boolean;
	answer: WireAnswer;
}

const SUCCESS: Record<string, string> = {
	emit: '{"received":true}',
	ignored: '{"received":true,"ignored":true}',
};

const DUPLICATE = '{"received":true,"duplicate":true}';

const isAsExpected = ({ expected, answer: { status, body, hung } }: Sent): boolean => {
	if (expected === 'not reached') return !hung;
	// Whoever still sends may find the connection closed, instead of the answer (RFC 9110, 15.5.14).
	if (expected === 413 && status === undefined) return !hung;
	const wanted = SUCCESS[expected];
	if (wanted !== undefined) return status === 200 && body.includes(wanted);
	return status === expected && /"(error|message)":"/.test(body) && !/\bat .+:\d+:\d+/.test(body);
};

/** A request as a line of the report: enough to see what went wrong, the seed gives the rest. */
const describe = ({ number, draft, expected, answer }: Sent): string =>
	`#${number}: expected ${expected}, got ${answer.status ?? (answer.hung ? 'nothing' : 'a closed connection')} ${answer.body.slice(0, 100)}; ${JSON.stringify({ ...draft, data: undefined, more: draft.more.length })}`;

/** Names of errors that executions ended with. An error of the node's own is one that it has a sentence for. */
const errorsOf = async ({ client }: Place, workflowIds: string[]): Promise<string[]> => {
	const rows = await client.query<{ data: string }>(
		`select data from execution_data join execution_entity on id = executionId
		where status <> 'success' and workflowId in (?, ?)`,
		...workflowIds,
	);
	return rows.map(({ data }) => {
		const { runData } = (parse(data) as IRunExecutionData).resultData;
		const error = runData[TRIGGER]?.at(-1)?.error;
		return `${error?.name}: ${error?.message.replaceAll(/job_fuzz\S*|\d+/g, '…')}`;
	});
};

const tally = (texts: string[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
	return counts;
};

/** Sends requests of every kind of wrongness, checks each answer, and counts the executions. */
export const fuzz = async (
	place: Place,
	{ requests, seed }: Record<'requests' | 'seed', number>,
) => {
	const { sandbox, credential, client } = place;
	const secret = sandbox.signingSecret;
	const hooks: Triggered[] = [
		await activeTrigger(place, credential),
		await activeTrigger(place, credential, { output: 'segments', events: SUBSCRIBED[1] }),
	];
	let pauses = 0;
	/** As the sender does, comes again where n8n was not ready. */
	const send = async ({ request }: Built): Promise<WireAnswer> => {
		const deadline = Date.now() + PATIENCE_MS;
		for (;;) {
			const answer = await sendOnWire(place.url, request, TIMEOUT_MS);
			const isPaused = answer.status === 503 && answer.body.includes(DATABASE_PAUSE);
			if (!isPaused || Date.now() > deadline) return answer;
			pauses += 1;
			await sleep(PAUSE_MS);
		}
	};
	const all = async () => (await client.query('select id from execution_entity')).length;
	const before = await all();
	const sent: Sent[] = [];
	const make = (draft: Draft, number: number): Built =>
		build(draft, number, new URL(hooks[draft.hook]?.url ?? '').pathname, secret);
	const replayable: number[] = [];
	const chosen = fc.sample(drafts, { seed, numRuns: requests });
	const started = Date.now();
	await inParallel(requests, AT_ONCE, async (number) => {
		const draft = chosen[number] as Draft;
		const built = make(draft, number);
		const answer = await send(built);
		const expected = expectedOf(draft, built, secret, SUBSCRIBED[draft.hook] ?? []);
		// An event that needs nothing from the API: sure to be emitted.
		if (expected === 'emit' && draft.event === 'job.failed') replayable.push(number);
		sent.push({ number, draft, expected, forged: !isSigned(built, secret), answer });
	});
	const seconds = (Date.now() - started) / 1000;
	for (const { workflowId } of hooks) await untilIdle(place.client, workflowId);
	const executions = (await all()) - before;

	// What was emitted comes once more: known, and no execution.
	const failed = await errorsOf(
		place,
		hooks.map(({ workflowId }) => workflowId),
	);
	const replays = replayable.slice(0, Math.ceil(requests / 50));
	const answers: string[] = [];
	await inParallel(replays.length, AT_ONCE, async (index) => {
		const number = replays[index] ?? 0;
		const { status, body } = await send(make(chosen[number] as Draft, number));
		answers.push(`${status} ${/{.*}/.exec(body)?.[0]}`);
	});

	const last = await hooks[0]?.post({ jobId: 'after the storm' });
	await untilIdle(place.client, hooks[0]?.workflowId ?? '');
	const wrong = sent.filter((one) => !isAsExpected(one));
	return {
		requests,
		requestsPerSecond: Math.round((requests / seconds) * 10) / 10,
		slowestAnswerSeconds: Math.max(...sent.map(({ answer }) => answer.milliseconds)) / 1000,
		expected: tally(sent.map(({ expected }) => String(expected))),
		statuses: tally(sent.map(({ answer }) => String(answer.status ?? 'closed'))),
		forgeriesAccepted: sent.filter(
			({ draft, forged, answer }) => reaches(draft) && forged && answer.status === 200,
		).length,
		/** Of requests that come to the trigger; what n8n answers to others is its own. */
		answersOf5xx: sent.filter(({ draft, answer }) => reaches(draft) && (answer.status ?? 0) >= 500)
			.length,
		answersOf5xxByN8nAlone: sent.filter(
			({ draft, answer }) => !reaches(draft) && (answer.status ?? 0) >= 500,
		).length,
		databasePauses: pauses,
		neverAnswered: sent.filter(({ answer }) => answer.hung).length,
		unexpectedAnswers: wrong.length,
		examples: wrong.slice(0, 20).map(describe),
		executions,
		executionsExpected: sent.filter(({ expected }) => expected === 'emit').length,
		errors: tally(failed),
		unforeseenErrors: failed.filter((error) => !/^Node(Api|Operation)Error: /.test(error)).length,
		replays: tally(answers),
		replaysEmitted: answers.filter((text) => text !== `200 ${DUPLICATE}`).length,
		aliveAfterwards: last?.status === 200,
	};
};
