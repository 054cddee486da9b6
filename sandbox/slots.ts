/** Runs tasks with at most so many at once; the limit may change while tasks wait. */
export interface Slots {
	run<T>(task: () => Promise<T>): Promise<T>;
	setLimit(limit: number): void;
}

/** Makes slots, first come first served. */
export function createSlots(initialLimit: number): Slots {
	let limit = initialLimit;
	let running = 0;
	const waiting: Array<() => void> = [];

	const admit = (): void => {
		while (running < limit) {
			const next = waiting.shift();
			if (next === undefined) return;
			running += 1;
			next();
		}
	};

	return {
		async run(task) {
			await new Promise<void>((resolve) => {
				waiting.push(resolve);
				admit();
			});
			try {
				return await task();
			} finally {
				running -= 1;
				admit();
			}
		},
		setLimit(value) {
			limit = value;
			admit();
		},
	};
}
