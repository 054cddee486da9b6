/** The same in another order for each round: what else the machine does meanwhile hits all of them. */
export const inTurns = <T>(values: readonly T[], round: number): T[] => [
	...values.slice(round % values.length),
	...values.slice(0, round % values.length),
];
