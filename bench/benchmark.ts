import type { N8nInstall } from '../harness/installN8n';
import type { BarChart } from './chart';

export interface ReportTable {
	/** What it shows, in a few words. */
	title: string;
	head: string[];
	rows: string[][];
}

/** What a benchmark measured, ready to be read. */
export interface Report {
	/** What was done, in a few sentences. */
	method: string;
	tables: ReportTable[];
	/** By the names of their files in `docs`, without ending. */
	charts: Record<string, BarChart>;
	/** What follows from the numbers; each names a goal, and says whether it was met. */
	findings: string[];
}

/** Another state of this package. */
export interface EarlierPackage {
	/** Where it comes from: a git commit, or the name of a file. */
	label: string;
	tarball: string;
}

export interface BenchContext {
	install: N8nInstall;
	/** The packed package. */
	tarball: string;
	/** The packed package as it was before, to be measured in the same run. */
	against?: EarlierPackage;
	/** Few rounds of little work: shows that the benchmark works, and no more. */
	quick: boolean;
	tell: (message: string) => void;
}

/** A benchmark that `npm run bench` can run. */
export interface Benchmark {
	title: string;
	/** Whether it heeds `against`. */
	compares?: boolean;
	run: (context: BenchContext) => Promise<Report>;
}
