import { createRandom } from '../random';
import type { ProgressModel } from '../simulated/progress';
import { median } from '../stats';
import { simulate } from './simulate';

/** The job lengths over which polling is measured, in seconds. */
export const LENGTHS = [20, 60, 300, 1200];

export interface Row {
	model: ProgressModel;
	/** Seconds. */
	length: number;
	calls: number;
	guideCalls: number;
	/** Seconds. */
	medianDelay: number;
	/** Seconds. */
	maxDelay: number;
	/** Per run: the delay as a share of the job's length. */
	shares: number[];
}

/**
 * One row of the table: one job at a time, many times over, each with its own length, phase and jitter.
 * @param spread lengths lie between `1 - spread` and `1 + spread` times the row's length
 */
export async function measure(
	model: ProgressModel,
	length: number,
	runs: number,
	spread: number,
): Promise<Row> {
	const row: Row = {
		model,
		length,
		calls: 0,
		guideCalls: 0,
		medianDelay: 0,
		maxDelay: 0,
		shares: [],
	};
	const delays: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		const random = createRandom(run * 7919 + length);
		const actual = length * 1000 * (1 - spread + 2 * spread * random());
		const latencyMs = 50 + 200 * random();
		const result = await simulate({ model, lengths: [actual], seed: run + 1, latencyMs });
		const delay = result.delays[0] ?? Infinity;
		row.calls += result.polls / runs;
		row.guideCalls += (result.guidePolls[0] ?? 0) / runs;
		row.shares.push(delay / actual);
		delays.push(delay / 1000);
	}
	return { ...row, medianDelay: median(delays), maxDelay: Math.max(...delays) };
}
