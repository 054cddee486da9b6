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

/** Keeps signing secrets for seconds: reading a credential costs n8n more than all the rest of a delivery. */
export class SecretCache {
	private readonly entries = new Map<string, Entry>();

	/** @param now milliseconds since 1970 */
	constructor(private readonly now: () => number = Date.now) {}

	/** The secret as it was at most ten seconds ago. */
	async get(key: string, read: ReadSecret): Promise<string> {
		const entry = this.entryOf(key);
		const age = this.now() - entry.readAt;
		// Negative where the clock was set back: how old the secret is cannot be told then.
		if (entry.secret !== undefined && age >= 0 && age < MAX_AGE_MS) return entry.secret;
		return await (entry.running ?? this.start(entry, read));
	}

	/**
	 * The secret as it is now, by a read that begins after this call. However many ask, one read is under way and one
	 * waits: a flood of forged requests costs no more than that.
	 */
	async getNewer(key: string, read: ReadSecret): Promise<string> {
		const entry = this.entryOf(key);
		if (entry.queued !== undefined) return await entry.queued;
		if (entry.running === undefined) return await this.start(entry, read);
		const next = async () => await this.start(entry, read);
		entry.queued = entry.running.then(next, next);
		return await entry.queued;
	}

	private entryOf(key: string): Entry {
		const known = this.entries.get(key);
		if (known !== undefined) return known;
		const entry: Entry = { readAt: Number.NEGATIVE_INFINITY };
		this.entries.set(key, entry);
		for (const oldest of this.entries.keys()) {
			if (this.entries.size <= MAX_ENTRIES) break;
			this.entries.delete(oldest);
		}
		return entry;
	}

	private async start(entry: Entry, read: ReadSecret): Promise<string> {
		const readAt = this.now();
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
	}
}

const secrets = new SecretCache();

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
