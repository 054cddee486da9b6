/** What is used of V8's format of CPU profiles (DevTools protocol, `Profiler.Profile`). */
export interface Profile {
	nodes: Array<{
		id: number;
		callFrame: { functionName: string; url: string };
		children?: number[];
	}>;
	/** The node that was found at each look. */
	samples: number[];
	/** Microseconds from the look before to each. */
	timeDeltas: number[];
}

export const PARTS = [
	'trigger',
	'expressions',
	'database',
	'garbage',
	'rest',
	'idle',
	'profiler',
] as const;

/** What the main thread was busy with. `trigger`: the node's code, and what n8n does at its call. */
export type Part = (typeof PARTS)[number];

type CallFrame = Profile['nodes'][number]['callFrame'];

const PLACES: Array<[RegExp, Part]> = [
	[/node_modules\/(n8n-nodes-audiospliter|n8n-nodes-base\/dist\/nodes\/Webhook\/)/, 'trigger'],
	[/node_modules\/@n8n\/expression-runtime\/|n8n-workflow\/.*\/expression\.js$/, 'expressions'],
	[/node_modules\/(@n8n\/typeorm|sqlite3)\//, 'database'],
];

const partOf = ({ functionName, url }: CallFrame): Part | undefined => {
	if (functionName === '(idle)') return 'idle';
	if (functionName === '(garbage collector)') return 'garbage';
	if (functionName === 'post' && url === 'node:inspector') return 'profiler';
	const path = url.replaceAll('\\', '/');
	return PLACES.find(([place]) => place.test(path))?.[1];
};

/** Milliseconds that the main thread spent on each part: on the innermost one, where one called another. */
export function timeByPart({ nodes, samples, timeDeltas }: Profile): Record<Part, number> {
	const parts = new Map<number, Part>();
	const children = new Set(nodes.flatMap((node) => node.children ?? []));
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const pending = nodes
		.filter(({ id }) => !children.has(id))
		.map(({ id }) => ({ id, above: 'rest' as Part }));
	for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
		const node = byId.get(next.id);
		if (node === undefined) continue;
		const part = partOf(node.callFrame) ?? next.above;
		parts.set(node.id, part);
		for (const id of node.children ?? []) pending.push({ id, above: part });
	}
	const time = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
	for (const [index, id] of samples.entries()) {
		time[parts.get(id) ?? 'rest'] += (timeDeltas[index] ?? 0) / 1000;
	}
	return time;
}
