import type { Switches } from '../world/switches';

/** Events in a row that must be exhausted before a webhook is disabled. */
const EXHAUSTED_TO_DISABLE = 3;
/** Stands for all URLs where a switch says that the whole account is disabled. */
const ACCOUNT = '*';

/** Knows which webhooks are disabled: after three exhausted events in a row. */
export interface Disabling {
	/** What a URL's failures disable: the URL, or the account. */
	scopeOf(url: string): string;
	isDisabled(scope: string): boolean;
	countDelivered(scope: string): void;
	countExhausted(scope: string): void;
	list(): string[];
	disable(url: string): void;
	enable(url: string): void;
}

/** Makes the account of failures, at first without any. */
export function createDisabling(switches: Switches): Disabling {
	const exhausted = new Map<string, number>();
	const disabled = new Set<string>();
	const scopeOf = (url: string): string => (switches.disableScope === 'account' ? ACCOUNT : url);
	return {
		scopeOf,
		isDisabled: (scope) => disabled.has(scope),
		countDelivered: (scope) => void exhausted.delete(scope),
		countExhausted(scope) {
			const inARow = (exhausted.get(scope) ?? 0) + 1;
			exhausted.set(scope, inARow);
			if (inARow >= EXHAUSTED_TO_DISABLE) disabled.add(scope);
		},
		list: () => [...disabled],
		disable: (url) => void disabled.add(scopeOf(url)),
		enable(url) {
			disabled.delete(scopeOf(url));
			exhausted.delete(scopeOf(url));
		},
	};
}
