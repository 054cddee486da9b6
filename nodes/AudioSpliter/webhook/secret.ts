/** Reads the secret from where it is kept. Rejects if it cannot be read. */
type ReadSecret = () => Promise<string>;

interface Entry {
	secret?: string;
	/** When the read of `secret` began, in milliseconds since 1970. */
	readAt: number;
	running?: Promise<string>;
	/** Begins when `running` ends, whatever the outcome. */
	queued?: Promise<string>;
}

/** Milliseconds. A secret that was replaced is accepted for this long at most. */
const MAX_AGE_MS = 10_000;

const MAX_ENTRIES = 1_000;

/**
 * Keeps signing secrets for seconds: reading a credential costs n8n more than all the rest of a delivery.
 *
 * @param now milliseconds since 1970
 */
export function createSecretCache(now: () => number = Date.now) {
	const entries = new Map<string, Entry>();

	const entryOf = (key: string): Entry => {
		const known = entries.get(key);
		if (known !== undefined) return known;
		const entry: Entry = { readAt: Number.NEGATIVE_INFINITY };
		entries.set(key, entry);
		for (const oldest of entries.keys()) {
			if (entries.size <= MAX_ENTRIES) break;
			entries.delete(oldest);
		}
		return entry;
	};

	const start = async (entry: Entry, read: ReadSecret): Promise<string> => {
		const readAt = now();
		const running = read();
		entry.running = running;
		entry.queued = undefined;
		try {
			entry.secret = await running;
			entry.readAt = readAt;
			return entry.secret;
		} finally {
			if (entry.running === running) entry.running = undefined;
		}
	};

	return {
		/** The secret as it was at most ten seconds ago. */
		async get(key: string, read: ReadSecret): Promise<string> {
			const entry = entryOf(key);
			const age = now() - entry.readAt;
			// Negative where the clock was set back: how old the secret is cannot be told then.
			if (entry.secret !== undefined && age >= 0 && age < MAX_AGE_MS) return entry.secret;
			return await (entry.running ?? start(entry, read));
		},

		/**
		 * The secret as it is now, by a read that begins after this call. However many ask, one read is under way and one
		 * waits: a flood of forged requests costs no more than that.
		 */
		async getNewer(key: string, read: ReadSecret): Promise<string> {
			const entry = entryOf(key);
			if (entry.queued !== undefined) return await entry.queued;
			if (entry.running === undefined) return await start(entry, read);
			const next = async () => await start(entry, read);
			entry.queued = entry.running.then(next, next);
			return await entry.queued;
		},
	};
}

const secrets = createSecretCache();

/**
 * A secret as this process keeps it: n8n makes a new context for every delivery, so nothing else could.
 *
 * @param key names the credential and who uses it
 */
export const secretOf = (key: string, read: ReadSecret) => ({
	/** As it was at most ten seconds ago. */
	get: async () => await secrets.get(key, read),
	/** As it is now. */
	getNewer: async () => await secrets.getNewer(key, read),
});
