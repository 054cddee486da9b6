import { batches } from './batches';
import type { Benchmark } from './benchmark';
import { downloads } from './downloads';
import { intake } from './intake';
import { profile } from './profile';
import { startup } from './startup';
import { waiting } from './waiting';
import { workers } from './workers';

/** What `npm run bench` can run, in the order of the page. */
export const BENCHMARKS: Record<string, Benchmark> = {
	intake,
	profile,
	waiting,
	batches,
	workers,
	downloads,
	startup,
};
