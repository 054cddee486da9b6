import type { Entry } from '../../../../../nodes/AudioSpliter/waiting/entry';
import type { Outcomes } from '../../../../../nodes/AudioSpliter/waiting/polling/waitErrors';
import {
	nameLeftBehind,
	timeoutError,
} from '../../../../../nodes/AudioSpliter/waiting/polling/waitErrors';
import { actionContext } from '../../resources/support';

/** So many jobs that were not finished in time. */
const late = (count: number) => {
	const ids = Array.from({ length: count }, (_unused, index) => `job_${index + 1}`);
	const outcomes = ids.map((id) => ({ kind: 'timedOut' as const, id, status: 'processing' }));
	return { ids, error: timeoutError(actionContext({}).ctx, outcomes, 0), outcomes };
};

describe('jobs that were not finished in time', () => {
	it.each([
		[1, 'Not finished in time: job_1 (processing)', /^The job continues .* and its ID, /],
		[
			3,
			'Not finished in time: job_1 (processing), job_2 (processing), job_3 (processing)',
			/^The jobs continue .* and their IDs, /,
		],
	])('are named in the message: %i', (count, message, advice) => {
		const { error } = late(count);
		expect(error.message).toBe(message);
		expect(error.description).toMatch(advice);
		expect(error.description).toMatch(/'Continue'\.$/);
	});

	it('are counted there where they are many, and named with the advice', () => {
		const { error } = late(40);
		expect(error.message).toMatch(/job_3 \(processing\) and 37 more$/);
		expect(error.description).toMatch(/'Continue'\. The others: job_4 \(processing\), .+ job_40 /);
		expect(error.message.length).toBeLessThan(120);
	});

	it('are named once, however many they are', () => {
		const { ids, error, outcomes } = late(40);
		const entries = ids.map((id, itemIndex) => ({
			...{ kind: 'job', itemIndex, job: { id, status: 'queued' }, submittedAt: 1 },
			output: { output: 'job', download: false, binaryProperty: 'data' },
		})) as Entry[];
		const byId: Outcomes = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
		const { message, description } = nameLeftBehind(error, entries, byId);
		for (const id of ids) expect(`${message} ${description}`.split(`${id} (`)).toHaveLength(2);
		expect(description).not.toContain('Do not create again');
	});
});
