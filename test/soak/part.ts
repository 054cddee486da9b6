import type { N8n, N8nOptions } from '../../harness/n8n';
import type { SandboxOptions } from '../../sandbox';
import type { Place } from '../rounds/trigger/place';
import type { SoakOptions } from './suite';

export type Stage = Place & { n8n: N8n };

/** A part of the trigger's suite. */
export interface Part {
	sandbox?: SandboxOptions;
	/** Settings of an n8n of its own; the others share one. */
	env?: N8nOptions['env'];
	/** @param of a size: the whole of it, or a part where this run is only to see whether it works */
	run(stage: Stage, options: SoakOptions, of: (size: number) => number): Promise<void>;
}
