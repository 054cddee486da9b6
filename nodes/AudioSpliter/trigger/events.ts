import type { IExecuteFunctions } from 'n8n-workflow';
import { refusal } from '../n8n/errors';
import { toOption } from '../n8n/parameters';

/** What the parameter Trigger On may be. */
const EVENTS_RULE = {
	label: 'Trigger On',
	allowed: ['job.completed', 'job.failed', 'job.progress'],
};

/** What it may be in the polling trigger. */
export const POLLED_EVENTS_RULE = { label: 'Trigger On', allowed: ['job.completed', 'job.failed'] };

/** An expression may give a single event. */
const toList = (events: unknown): unknown[] => [events].flat();

/** The status of the jobs that an event is about, by which the service's list can be asked for them. */
export const STATUS_BY_EVENT: Record<string, 'completed' | 'failed'> = {
	'job.completed': 'completed',
	'job.failed': 'failed',
};

/** Those of the chosen events that a look at the service can find: the progress of a job leaves no trace. */
export const findableEvents = (events: unknown): string[] =>
	Object.keys(STATUS_BY_EVENT).filter((event) => toList(events).includes(event));

const isKnown = (event: unknown): boolean => EVENTS_RULE.allowed.some((one) => one === event);

/** @throws NodeOperationError that names the events there are, unless each of these is one of them, and there is one */
export function assertEvents(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	events: unknown,
	rule = EVENTS_RULE,
): void {
	const chosen = toList(events);
	if (chosen.length === 0) {
		throw refusal(
			ctx,
			`'Trigger On' names no event. There are ${rule.allowed.join(', ')}`,
			'Choose at least one of them.',
		);
	}
	for (const event of chosen) toOption(ctx, event, rule);
}

/**
 * Whether an event starts an execution. Where Trigger On has a value that does not exist, as an expression may give, each does:
 * the execution ends with an error that says so, and can be retried, where nobody would hear of an event that is ignored.
 */
export function isSubscribed(events: unknown, event: string): boolean {
	const chosen = toList(events);
	return chosen.includes(event) || !chosen.every(isKnown);
}
