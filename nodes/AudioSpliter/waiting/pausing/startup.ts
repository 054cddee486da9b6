/**
 * Milliseconds that n8n may take from loading its node packages to the end of its start; measured: 7 s on two slow
 * cores. The service tries again a minute after a refusal (its page on webhooks), so that one is enough.
 */
const START_LIMIT = 30_000;

/**
 * Tells whether the n8n around this package may still be starting.
 *
 * It opens its webhooks before it looks for executions that a crash left running (n8n: `abstract-server.js`, `start()`;
 * `message-event-bus.js`, `initialize()`), and takes one that a webhook has just continued for such an execution.
 *
 * @param now milliseconds of a clock that nobody sets
 */
export function createStart(now: () => number = () => performance.now()) {
	const loadedAt = now();
	return { isOver: (): boolean => now() - loadedAt >= START_LIMIT };
}
