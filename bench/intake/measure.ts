import type { ActiveContender } from './contenders';
import { load, newDeliveries } from './load';
import type { LoadResult, Stage } from './load';

/** The rounds of one contender, at one number of deliveries at once. */
export interface Series {
	contender: ActiveContender;
	atOnce: number;
	rounds: LoadResult[];
}

export interface Plan {
	atOnce: number[];
	rounds: number;
	/** Deliveries to each contender in each round. */
	deliveries: number;
	/** Deliveries of how many events, for counting duplicates. */
	repeated: { deliveries: number; events: number };
}

const turned = <T>(values: readonly T[], by: number): T[] => [
	...values.slice(by % values.length),
	...values.slice(0, by % values.length),
];

/** Loads the contenders in turns, each round in another order: what else the machine does meanwhile hits all of them. */
export async function measureIntake(
	stage: Stage,
	contenders: readonly ActiveContender[],
	{ atOnce, rounds, deliveries }: Plan,
	tell: (message: string) => void,
): Promise<Series[]> {
	const series: Series[] = [];
	for (const count of atOnce) {
		const results = new Map(contenders.map((contender) => [contender, [] as LoadResult[]]));
		// The first deliveries compile and cache what the others find ready.
		for (const contender of contenders) await load(stage, contender, newDeliveries(count), count);
		for (let round = 0; round < rounds; round++) {
			for (const contender of turned(contenders, round)) {
				tell(`${count} at a time, round ${round + 1} of ${rounds}: ${contender.label}`);
				const result = await load(stage, contender, newDeliveries(deliveries), count);
				results.get(contender)?.push(result);
			}
		}
		for (const [contender, measured] of results) {
			series.push({ contender, atOnce: count, rounds: measured });
		}
	}
	return series;
}
