import type { IWebhookFunctions } from 'n8n-workflow';

const MINUTE_MS = 60_000;

/** Texts that are kept at most, since anybody may send requests for any number of nodes. */
const MAX_TEXTS = 1_000;

/**
 * Lets each text pass once a minute.
 *
 * @param now milliseconds since 1970
 */
export function createThrottle(now: () => number) {
	const passedAt = new Map<string, number>();
	return (text: string): boolean => {
		const age = now() - (passedAt.get(text) ?? -Infinity);
		// Negative where the clock was set back.
		if (age >= 0 && age < MINUTE_MS) return false;
		passedAt.delete(text);
		passedAt.set(text, now());
		for (const oldest of passedAt.keys()) {
			if (passedAt.size <= MAX_TEXTS) break;
			passedAt.delete(oldest);
		}
		return true;
	};
}

const mayPass = createThrottle(() => Date.now());

type Place = Pick<IWebhookFunctions, 'getWorkflow' | 'getNode' | 'logger'>;

/** What happened, with the workflow and the node that it happened in. `what` is without a full stop. */
export const withPlace = (ctx: Place, what: string): string => {
	const { id, name } = ctx.getWorkflow();
	return `${what} (workflow "${name}", ID ${id}, node "${ctx.getNode().name}")`;
};

/**
 * Writes what happened, with the workflow and the node, to n8n's log: at most once a minute, since a flood of requests would
 * flood the log as well.
 *
 * @param what without a full stop
 */
export function logOnceAMinute(ctx: Place, level: 'warn' | 'error', what: string): void {
	const text = withPlace(ctx, what);
	if (mayPass(text)) ctx.logger[level](text);
}
