import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeParameters, INodeProperties } from 'n8n-workflow';
import { repository } from '../../harness/folders';
import type { WorkflowDraft } from '../../harness/workflows';
import { AudioSpliter } from '../../nodes/AudioSpliter/AudioSpliter.node';
import { AudioSpliterPollingTrigger } from '../../nodes/AudioSpliter/AudioSpliterPollingTrigger.node';
import { AudioSpliterTrigger } from '../../nodes/AudioSpliter/AudioSpliterTrigger.node';
import { MAX_TRANSCRIPTION_BYTES, MAX_TRANSCRIPTION_SECONDS } from '../../sandbox/world/options';
import { coveredByNotes, crossings } from './support/canvas';

const folder = join(repository, 'examples');
const EXAMPLES = readdirSync(folder);
const NODES = {
	'n8n-nodes-audiospliter.audioSpliter': new AudioSpliter().description,
	// n8n makes the tool of the node.
	'n8n-nodes-audiospliter.audioSpliterTool': new AudioSpliter().description,
	'n8n-nodes-audiospliter.audioSpliterTrigger': new AudioSpliterTrigger().description,
	'n8n-nodes-audiospliter.audioSpliterPollingTrigger': new AudioSpliterPollingTrigger().description,
};

/** Parameters that n8n gives every node which it makes a tool of. */
const TOOL_PARAMETERS = ['descriptionType', 'toolDescription'];
/** What MP3 has at most, in bytes: 320 kbit/s. */
const MP3_BYTES_PER_SECOND = 40_000;

const read = (name: string): WorkflowDraft =>
	JSON.parse(readFileSync(join(folder, name), 'utf8')) as WorkflowDraft;

const valueOf = (properties: INodeProperties[], parameters: INodeParameters, name: string) =>
	parameters[name] ?? properties.find((property) => property.name === name)?.default;

/** As n8n decides it for these nodes, whose conditions are lists of values. */
const isShown = (
	all: INodeProperties[],
	parameters: INodeParameters,
	{ displayOptions }: INodeProperties,
) =>
	Object.entries(displayOptions?.show ?? {}).every(([name, values]) => {
		const chosen = all.filter((property) => property.name === name);
		const value =
			parameters[name] ??
			// The operation's default depends on the resource.
			chosen.find(
				(property) =>
					property.displayOptions?.show?.resource?.includes(
						String(valueOf(all, parameters, 'resource')),
					) ?? true,
			)?.default;
		return values?.some((one) => one === value);
	});

describe.each(EXAMPLES)('examples/%s', (name) => {
	const { nodes } = read(name);

	it('uses parameters and values that the nodes have, where they show', () => {
		const own = nodes.filter(({ type }) => type in NODES);
		expect(own.length).toBeGreaterThan(0);
		for (const { type, typeVersion, parameters } of own) {
			const { properties, version } = NODES[type as keyof typeof NODES];
			expect(typeVersion).toBe(version);
			for (const [parameter, value] of Object.entries(parameters)) {
				if (type.endsWith('Tool') && TOOL_PARAMETERS.includes(parameter)) continue;
				if (type.endsWith('PollingTrigger') && parameter === 'pollTimes') continue;
				const shown = properties.filter(
					(property) => property.name === parameter && isShown(properties, parameters, property),
				);
				expect({ parameter, shown: shown.length }).toEqual({ parameter, shown: 1 });
				const [property] = shown;
				const options = (property?.options ?? []).map((option) =>
					'value' in option ? option.value : option.name,
				);
				if (property?.type === 'options') expect(options).toContain(value);
				if (property?.type === 'multiOptions') {
					expect(options).toEqual(expect.arrayContaining(value as string[]));
				}
				if (property?.type === 'collection') {
					expect(options).toEqual(expect.arrayContaining(Object.keys(value as object)));
				}
			}
		}
	});

	it('refers to nodes that it has', () => {
		const names = nodes.map((node) => node.name);
		const references = [...JSON.stringify(nodes).matchAll(/\$\('([^']+)'\)/g)];
		for (const [, reference] of references) expect(names).toContain(reference);
		expect(new Set(names).size).toBe(names.length);
	});

	it('has no line that crosses a name or a node, and no note that covers one', () => {
		const draft = read(name);
		expect(crossings(draft)).toEqual([]);
		expect(coveredByNotes(draft)).toEqual([]);
	});
});

describe.each(EXAMPLES.filter((name) => JSON.stringify(read(name)).includes('Transcribe segment')))(
	'examples/%s',
	(name) => {
		it('cuts into segments that keep both limits of a transcription service', () => {
			const { nodes } = read(name);
			const { assignments } = nodes.find((node) => node.name === 'Settings')?.parameters
				.assignments as { assignments: Array<{ name: string; value: unknown }> };
			const seconds = assignments.find((one) => one.name === 'segmentDuration')?.value;
			expect(Number(seconds)).toBeLessThan(MAX_TRANSCRIPTION_SECONDS);
			expect(Number(seconds) * MP3_BYTES_PER_SECOND).toBeLessThan(MAX_TRANSCRIPTION_BYTES);

			const splits = nodes.filter(({ type }) => type === 'n8n-nodes-audiospliter.audioSpliter');
			for (const { parameters } of splits) {
				expect(parameters.additionalFields).toMatchObject({ outputFormat: 'mp3' });
			}
			expect(splits[0]?.parameters).toMatchObject({
				splitMode: 'duration',
				segmentDuration: "={{ $('Settings').first().json.segmentDuration }}",
			});
		});
	},
);

describe('a canvas', () => {
	const node = (name: string, x: number, y: number) => ({
		...{ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		position: [x, y] as [number, number],
	});
	const draft = (nodes: INode[], links: Array<[string, string]>): WorkflowDraft => ({
		name: 'Canvas',
		nodes,
		connections: Object.fromEntries(
			links.map(([from, to]) => [from, { main: [[{ node: to, type: 'main', index: 0 }]] }]),
		),
	});

	it('shows a line that runs over a node in between', () => {
		const nodes = [node('A', 0, 0), node('Between', 200, 0), node('B', 400, 0)];
		expect(crossings(draft(nodes, [['A', 'B']]))).toEqual(['A → B crosses Between']);
	});

	it('shows a line that runs back over the name of a node below', () => {
		const nodes = [node('A', 0, 0), node('Lower', 200, 62), node('B', 400, 0)];
		expect(crossings(draft(nodes, [['B', 'A']]))).toEqual(['B → A crosses the name of Lower']);
	});

	it('shows a note that lies over a name', () => {
		const note = {
			...node('Note', 0, 100),
			...{ type: 'n8n-nodes-base.stickyNote', parameters: { width: 100, height: 50 } },
		};
		expect(coveredByNotes(draft([node('A', 0, 0), note], []))).toEqual(['Note covers A']);
	});
});
