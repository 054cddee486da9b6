import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import { repository } from '../../harness/folders';
import type { WorkflowDraft } from '../../harness/workflows';
import { AudioSpliter } from '../../nodes/AudioSpliter/AudioSpliter.node';
import { AudioSpliterTrigger } from '../../nodes/AudioSpliter/AudioSpliterTrigger.node';

const folder = join(repository, 'examples');
const EXAMPLES = readdirSync(folder);
const NODES = {
	'n8n-nodes-audiospliter.audioSpliter': new AudioSpliter().description,
	'n8n-nodes-audiospliter.audioSpliterTrigger': new AudioSpliterTrigger().description,
};

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
});
