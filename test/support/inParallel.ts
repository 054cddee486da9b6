/** Does something `count` times, so many at a time. */
export async function inParallel(
	count: number,
	atOnce: number,
	task: (index: number) => Promise<unknown>,
): Promise<void> {
	let next = 0;
	const lane = async () => {
		while (next < count) await task(next++);
	};
	await Promise.all(Array.from({ length: atOnce }, lane));
}
