import { inTurns } from '../turns';
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
	/** Rounds for the contenders that the goal is about, `rounds` included. */
	decidingRounds: number;
	/** Deliveries to each contender in each round. */
	deliveries: number;
	/** Deliveries of how many events, for counting duplicates. */
	repeated: { deliveries: number; events: number };
}

/** Loads the contenders in turns. */
export async function measureIntake(
	stage: Stage,
	contenders: readonly ActiveContender[],
	{ atOnce, rounds, decidingRounds, deliveries }: Plan,
	tell: (message: string) => void,
): Promise<Series[]> {
	const series: Series[] = [];
	for (const count of atOnce) {
		const results = new Map(contenders.map((contender) => [contender, [] as LoadResult[]]));
		// The first deliveries compile and cache what the others find ready.
		for (const contender of contenders) await load(stage, contender, newDeliveries(count), count);
		for (let round = 0; round < decidingRounds; round++) {
			const taking = contenders.filter(({ decides }) => round < rounds || decides === true);
			for (const contender of inTurns(taking, round)) {
				tell(`${count} at a time, round ${round + 1} of ${decidingRounds}: ${contender.label}`);
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
