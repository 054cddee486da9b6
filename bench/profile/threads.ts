import { readdirSync, readFileSync } from 'node:fs';
import type { BenchContext } from '../benchmark';
import type { ActiveContender, Contender } from '../intake/contenders';
import { load, newDeliveries } from '../intake/load';
import { onStage } from '../intake/stage';
import { inTurns } from '../turns';

/** What the threads of an n8n process are for. */
export type ThreadKind = 'main' | 'isolates' | 'engine' | 'files' | 'other';

/** Milliseconds of processor time by kind of thread, and how often the process was given a page of memory. */
export type ThreadUse = Record<ThreadKind | 'pages', number>;

export interface Threads {
	contender: ActiveContender;
	/** For each delivery. */
	rounds: ThreadUse[];
}

/** By its name: isolated-vm's pool, in which expression isolates are made, keeps that of the main thread. */
const kindOf = (name: string, isMain: boolean): ThreadKind => {
	if (isMain) return 'main';
	if (/^V8/.test(name)) return 'engine';
	if (/^libuv/.test(name)) return 'files';
	return name === 'MainThread' || name === 'node' ? 'isolates' : 'other';
};

/** What a process has used so far; undefined where the system does not tell by thread (it is Linux that does). */
const readUse = (pid: number): ThreadUse | undefined => {
	const use: ThreadUse = { main: 0, isolates: 0, engine: 0, files: 0, other: 0, pages: 0 };
	const read = (path: string): string => readFileSync(`/proc/${pid}/${path}`, 'utf8');
	try {
		for (const thread of readdirSync(`/proc/${pid}/task`)) {
			const kind = kindOf(read(`task/${thread}/comm`).trim(), thread === String(pid));
			// The first number is in nanoseconds.
			use[kind] += parseInt(read(`task/${thread}/schedstat`), 10) / 1e6;
		}
		const stat = read('stat');
		use.pages = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[7]);
		return use;
	} catch {
		return undefined;
	}
};

/** Measures which threads of n8n each contender keeps busy. Empty where the system does not tell. */
export async function measureThreads(
	context: BenchContext,
	contenders: Contender[],
	{ rounds, deliveries, atOnce }: Record<'rounds' | 'deliveries' | 'atOnce', number>,
): Promise<Threads[]> {
	return await onStage(context, {}, async (stage, activate) => {
		const pid = stage.n8n.pid();
		if (readUse(pid) === undefined) return [];
		const threads: Threads[] = (await activate(contenders)).map((contender) => ({
			contender,
			rounds: [],
		}));
		for (const { contender } of threads) {
			await load(stage, contender, newDeliveries(deliveries), atOnce);
		}
		for (let round = 0; round < rounds; round++) {
			for (const one of inTurns(threads, round)) {
				context.tell(`threads, round ${round + 1} of ${rounds}: ${one.contender.label}`);
				const before = readUse(pid);
				await load(stage, one.contender, newDeliveries(deliveries), atOnce);
				const after = readUse(pid);
				if (before === undefined || after === undefined) continue;
				const used = Object.entries(after).map(([kind, value]) => [
					kind,
					(value - before[kind as keyof ThreadUse]) / deliveries,
				]);
				one.rounds.push(Object.fromEntries(used) as ThreadUse);
			}
		}
		return threads;
	});
}
