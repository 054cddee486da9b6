/**
 * What a failed call may have recorded although nothing was emitted: a record of it that is found later does not say that
 * the event was emitted.
 *
 * @param capacity names that are kept, the latest
 */
export function createDoubts(capacity: number) {
	const names = new Set<string>();
	return {
		isEmpty: () => names.size === 0,
		concern: (some: string[]): boolean => some.some((name) => names.has(name)),
		add(some: string[]): void {
			for (const name of some) names.add(name);
			for (const oldest of names) {
				if (names.size <= capacity) break;
				names.delete(oldest);
			}
		},
		settle(some: string[]): void {
			for (const name of some) names.delete(name);
		},
	};
}
