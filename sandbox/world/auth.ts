import { ApiError } from './errors';
import { planLimits, type PlanLimits } from './plans';
import type { KeyOption, Scope } from './types';

export interface Keys {
	add(option: KeyOption): void;
	/** Answers 401 KEY_REVOKED from now on. Throws on a key that there is not. */
	revoke(key: string): void;
	/** The key's own plan, or undefined where it has none or is not known. */
	plan(key: string): PlanLimits | undefined;
	has(key: string): boolean;
	/** Throws the `ApiError` that a request with this key and this need gets. */
	check(key: string | undefined, scope: Scope): void;
}

/** Makes the API keys of a sandbox. */
export function createKeys(options: KeyOption[]): Keys {
	const keys = new Map(options.map((option) => [option.key, { ...option }]));
	return {
		add: (option) => void keys.set(option.key, { ...option }),
		revoke(key) {
			const known = keys.get(key);
			if (known === undefined) throw new Error('No such API key');
			known.revoked = true;
		},
		plan(key) {
			const plan = keys.get(key)?.plan;
			return plan === undefined ? undefined : planLimits(plan);
		},
		has: (key) => keys.has(key),
		check(key, scope) {
			const known = key === undefined ? undefined : keys.get(key);
			if (known === undefined) {
				throw new ApiError(401, 'UNAUTHORIZED', 'Missing or invalid API key');
			}
			if (known.revoked === true)
				throw new ApiError(401, 'KEY_REVOKED', 'This API key was revoked');
			if (known.scopes !== undefined && !known.scopes.includes(scope)) {
				throw new ApiError(403, 'INSUFFICIENT_SCOPE', `This API key lacks the scope ${scope}`);
			}
		},
	};
}
