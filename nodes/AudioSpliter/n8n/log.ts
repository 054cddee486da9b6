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

/**
 * Writes what happened, with the workflow and the node, to n8n's log: at most once a minute, since a flood of requests would
 * flood the log as well.
 *
 * @param what without a full stop
 */
export function logOnceAMinute(ctx: Place, level: 'warn' | 'error', what: string): void {
	const { id, name } = ctx.getWorkflow();
	const text = `${what} (workflow "${name}", ID ${id}, node "${ctx.getNode().name}")`;
	if (mayPass(text)) ctx.logger[level](text);
}
