import { SecretCache } from '../../../../nodes/AudioSpliter/webhook/secret';

/** A credential whose reads end when the test says so. */
const credential = () => {
	let time = 0;
	const reads: Array<{ end(secret: string): void; fail(error: Error): void }> = [];
	const cache = new SecretCache(() => time);
	const read = async () =>
		await new Promise<string>((end, fail) => {
			reads.push({ end, fail });
		});
	const settle = async () => await new Promise((resolve) => setImmediate(resolve));
	return {
		reads,
		settle,
		get: async (key = 'node') => await cache.get(key, read),
		getNewer: async (key = 'node') => await cache.getNewer(key, read),
		pass: (ms: number) => {
			time += ms;
		},
		async answer(secret: string) {
			reads.at(-1)?.end(secret);
			await settle();
		},
	};
};

describe('the kept signing secret', () => {
	it('is read once for ten seconds', async () => {
		const { reads, get, pass, answer } = credential();
		const first = get();
		await answer('old');
		expect(await first).toBe('old');
		pass(9_999);
		expect(await get()).toBe('old');
		expect(reads).toHaveLength(1);

		pass(1);
		const later = get();
		await answer('new');
		expect(await later).toBe('new');
		expect(reads).toHaveLength(2);
	});

	it('is read again where the clock was set back, since its age cannot be told', async () => {
		const { reads, get, pass, answer } = credential();
		const first = get();
		await answer('old');
		await first;
		pass(-3_600_000);
		const later = get();
		await answer('new');
		expect(await later).toBe('new');
		expect(await get()).toBe('new');
		expect(reads).toHaveLength(2);
	});

	it('is as old as the beginning of its read, not as the end', async () => {
		const { reads, get, pass, answer } = credential();
		const first = get();
		pass(9_000);
		await answer('old');
		await first;
		pass(1_000);
		void get();
		expect(reads).toHaveLength(2);
	});

	it('is read once for all who ask at the same time', async () => {
		const { reads, get, answer } = credential();
		const all = Array.from({ length: 100 }, async () => await get());
		await answer('s');
		expect(new Set(await Promise.all(all))).toEqual(new Set(['s']));
		expect(reads).toHaveLength(1);
	});

	it('is kept for each node of its own', async () => {
		const { reads, get, answer } = credential();
		const a = get('a');
		await answer('secret a');
		const b = get('b');
		await answer('secret b');
		expect([await a, await b]).toEqual(['secret a', 'secret b']);
		expect(reads).toHaveLength(2);
	});

	it('comes from a read that began after the question, where that is asked for', async () => {
		const { reads, get, getNewer, answer, settle } = credential();
		const before = get();
		const after = getNewer();
		expect(reads).toHaveLength(1);
		await answer('old');
		expect(await before).toBe('old');
		await settle();
		expect(reads).toHaveLength(2);
		await answer('new');
		expect(await after).toBe('new');
		expect(await get()).toBe('new');
	});

	it('costs a flood of mismatches one read under way and one that waits', async () => {
		const { reads, getNewer, answer, settle } = credential();
		const flood = Array.from({ length: 1_000 }, async () => await getNewer());
		expect(reads).toHaveLength(1);
		await answer('first');
		await settle();
		expect(reads).toHaveLength(2);
		await answer('second');
		const secrets = await Promise.all(flood);
		expect(secrets.filter((secret) => secret === 'first')).toHaveLength(1);
		expect(secrets.filter((secret) => secret === 'second')).toHaveLength(999);
		expect(reads).toHaveLength(2);
	});

	it('is asked for again after a read that failed', async () => {
		const { reads, get, getNewer, answer, settle } = credential();
		const failing = get();
		const queued = getNewer();
		reads[0]?.fail(new Error('The database is away'));
		await expect(failing).rejects.toThrow('The database is away');
		await settle();
		await answer('s');
		expect(await queued).toBe('s');
		expect(await get()).toBe('s');
		expect(reads).toHaveLength(2);
	});

	it('is forgotten for the nodes that were first when there are very many', async () => {
		const { reads, get, answer } = credential();
		for (let node = 0; node <= 1_000; node++) {
			const asked = get(String(node));
			await answer(`secret ${node}`);
			await asked;
		}
		expect(await get('1')).toBe('secret 1');
		void get('0');
		expect(reads).toHaveLength(1_002);
	});
});
