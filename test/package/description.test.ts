import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type {
	INodeType,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';
import { AudioSpliterApi } from '../../credentials/AudioSpliterApi.credentials';
import { repository } from '../../harness/folders';
import { AudioSpliter } from '../../nodes/AudioSpliter/AudioSpliter.node';
import { AudioSpliterPollingTrigger } from '../../nodes/AudioSpliter/AudioSpliterPollingTrigger.node';
import { AudioSpliterTrigger } from '../../nodes/AudioSpliter/AudioSpliterTrigger.node';

/*
 * Rules of n8n's verification that are written (n8n-io/n8n, eslint-plugin-community-nodes, docs/rules) and not in a
 * published version of the plugin yet. Where they read the source of one file, this reads the nodes as n8n sees them.
 */

const source = (path: string): string => readFileSync(join(repository, path), 'utf8');

const NODES = [
	{ file: 'nodes/AudioSpliter/AudioSpliter.node.ts', ...new AudioSpliter() },
	{ file: 'nodes/AudioSpliter/AudioSpliterTrigger.node.ts', ...new AudioSpliterTrigger() },
	{
		file: 'nodes/AudioSpliter/AudioSpliterPollingTrigger.node.ts',
		...new AudioSpliterPollingTrigger(),
	},
].map(({ file, description, methods }) => {
	const { credentialTest }: INodeType['methods'] & object = methods;
	return { file, description, methods: { credentialTest }, title: description.displayName };
});

const isOption = (option: object): option is INodePropertyOptions => 'value' in option;

/** The parameters with all that are inside their collections. */
const withNested = (parameters: INodeProperties[]): INodeProperties[] =>
	parameters.flatMap((parameter) => [
		parameter,
		...(parameter.options ?? []).flatMap((option): INodeProperties[] => {
			if (isOption(option)) return [];
			const inside =
				'values' in option
					? (option as INodePropertyCollection).values
					: [option as INodeProperties];
			return withNested(inside);
		}),
	]);

const optionLists = (parameters: INodeProperties[]) =>
	withNested(parameters)
		.filter(({ type }) => type === 'options' || type === 'multiOptions')
		.map(({ name, options = [] }) => ({ name, options: options.filter(isOption) }));

/** Parameters at the top that need not be filled in, since they choose what else shows, or have n8n's own place there. */
const CHOICES = [
	...['source', 'splitMode', 'waitMode', 'output', 'download'],
	...['returnAll', 'limit', 'simplify', 'lookForMissed'],
];

describe.each(NODES)('$title', ({ file, description, methods }) => {
	const parameters = withNested(description.properties);

	it('gives every parameter a default', () => {
		for (const parameter of parameters) expect(parameter).toHaveProperty('default');
	});

	it('requires nothing inside a collection, which need not be opened', () => {
		const inside = description.properties
			.filter(({ type }) => type === 'collection' || type === 'fixedCollection')
			.flatMap((collection) => withNested([collection]));
		for (const { name, required } of inside) expect({ name, required }).toEqual({ name });
	});

	it('keeps hints to 120 characters', () => {
		for (const { hint = '' } of parameters) expect(hint.length).toBeLessThanOrEqual(120);
	});

	it('has no option twice, and long lists in the order of the alphabet', () => {
		const lists = optionLists(description.properties);
		expect(lists.length).toBeGreaterThan(0);
		for (const { name, options } of lists) {
			const names = options.map((option) => option.name);
			const values = options.map(({ value }) => value);
			expect({ name, names: new Set(names).size }).toEqual({ name, names: options.length });
			expect({ name, values: new Set(values).size }).toEqual({ name, values: options.length });
			// n8n's linter asks for it from five options up: in a short list the first is the one that people meet first.
			if (names.length < 5) continue;
			const sorted = [...names].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
			expect({ name, names }).toEqual({ name, names: sorted });
		}
	});

	it('has plain names: no asterisks, no emoji', () => {
		const names = [
			...parameters.map(({ displayName }) => displayName),
			...optionLists(description.properties).flatMap(({ options }) =>
				options.map(({ name }) => name),
			),
		];
		for (const name of names) expect(name).not.toMatch(/\*|\p{Extended_Pictographic}/u);
	});

	it('asks at the top only for what is needed, or what decides on the rest', () => {
		const optional = description.properties.filter(
			({ name, type, required }) =>
				required !== true &&
				!['collection', 'fixedCollection', 'notice', 'callout', 'hidden'].includes(type) &&
				!['resource', 'operation'].includes(name),
		);
		for (const { name, type } of optional) {
			expect(CHOICES).toContain(name);
			expect(type).not.toBe('json');
		}
	});

	it('has one input at most and one output: it does not steer the workflow', () => {
		expect(description.inputs.length).toBeLessThanOrEqual(1);
		expect(description.outputs).toEqual(['main']);
		expect(['transform', 'trigger']).toEqual(expect.arrayContaining(description.group));
	});

	it('uses one credential', () => {
		const [name, testedBy] = [new AudioSpliterApi().name, 'checkCredential'];
		expect(description.credentials).toEqual([{ name, required: true, testedBy }]);
		// n8n takes the test from any node that uses the credential.
		expect(methods.credentialTest).toHaveProperty(testedBy);
	});

	it('has a name that its file has too', () => {
		expect(description.name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
		const name = description.name.charAt(0).toUpperCase() + description.name.slice(1);
		expect(basename(file)).toBe(`${name}.node.ts`);
	});

	it("leaves n8n's own colour and panel groups to n8n", () => {
		expect(description.defaults).not.toHaveProperty('color');
		expect(description).not.toHaveProperty('color');
		expect(description.codex).toBeUndefined();
	});

	it('sends no request from the class itself, so that it is not taken for one request per item', () => {
		expect(source(file)).not.toMatch(/httpRequest/);
	});
});

describe('the source', () => {
	const files = ['nodes', 'credentials'].flatMap((folder) =>
		readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => join(folder, name)),
	);

	it('has no identifiers of partners or accounts in it', () => {
		expect(files.length).toBeGreaterThan(20);
		const fixed =
			/\b(partner|affiliate|reseller|account|tenant|customer|client)[_-]?id['"]?\s*[:=]\s*['"`]/i;
		for (const file of files) expect(source(file)).not.toMatch(fixed);
	});

	it('has no tests and no left-over files in it', () => {
		const all = ['nodes', 'credentials'].flatMap((folder) =>
			readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }),
		);
		// Not `latestJob`, which is no test.
		const leftOver = /(^|[^a-z])tests?([^a-z]|$)|[a-z]Tests?\b|\.bak$|\.backup$|~$/;
		expect(all.filter((name) => leftOver.test(name))).toEqual([]);
	});
});

describe('the credential', () => {
	const credential = new AudioSpliterApi();

	it('is named as n8n names credentials', () => {
		expect(credential.name).toMatch(/^[a-z]\w*Api$/);
		expect(credential.displayName).toMatch(/ API$/);
	});

	it('gives every field a default', () => {
		for (const field of credential.properties) expect(field).toHaveProperty('default');
	});

	it('hides what is secret, and nothing else', () => {
		const hidden = credential.properties
			.filter(({ typeOptions }) => typeOptions?.password)
			.map(({ name }) => name);
		expect(hidden).toEqual(['apiKey', 'signingSecret']);
	});
});
