/** Runs tasks with at most so many at once. */
export interface Slots {
	run<T>(task: () => Promise<T>): Promise<T>;
}

/** Makes slots, first come first served. */
export function createSlots(limit: number): Slots {
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
	};
}
