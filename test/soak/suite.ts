import type { N8nInstall } from '../../harness/installN8n';

export interface SoakOptions {
	install: N8nInstall;
	/** The packed package. */
	tarball: string;
	/** Of everything random. */
	seed: number;
	/** Parts of the trigger's suite; all where it is empty. */
	parts: string[];
	/** Only to see whether it works: a twentieth of everything. */
	quick: boolean;
	/** Events of the cluster's rounds. */
	redelivered: number;
	killed: number;
	looked: number;
	simultaneous: number;
	/** Polls of the cluster's round of the polling trigger. */
	polled: number;
}

/** A long test: prints figures and what holds, and sets the exit code. */
export type Suite = (options: SoakOptions) => Promise<void>;
