import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { AudioSpliter } from '../../../nodes/AudioSpliter/AudioSpliter.node';
import { actionContext } from './resources/support';

const { properties } = new AudioSpliter().description;

type Parameters = Record<string, unknown>;

/** A parameter that takes a few values only, and what else a node has so that it is shown. */
interface Choice {
	field: INodeProperties;
	/** The whole of the node's parameters, with this value for the field. */
	withValue: (value: unknown) => Parameters;
	name: string;
}

/** The first of the values for which the editor shows a field. */
const shownBy = ({ displayOptions }: INodeProperties): Parameters =>
	Object.fromEntries(
		Object.entries(displayOptions?.show ?? {}).map(([name, values]) => [name, values?.[0]]),
	);

const named = (more: Parameters, field: INodeProperties): string =>
	[more.resource, more.operation, field.name].filter(Boolean).join(' ');

/** Collections whose readers stand here; others have tests of their own. */
const COLLECTIONS = ['additionalFields'];

const choices: Choice[] = properties.flatMap((field): Choice[] => {
	const more = shownBy(field);
	const inner = COLLECTIONS.includes(field.name) ? (field.options as INodeProperties[]) : [];
	return [
		{
			field,
			withValue: (value: unknown) => ({ ...more, [field.name]: value }),
			name: named(more, field),
		},
		...inner.map((option) => ({
			field: option,
			withValue: (value: unknown) => ({ ...more, [field.name]: { [option.name]: value } }),
			name: named(more, option),
		})),
	];
});

const options = choices.filter(({ field }) => field.type === 'options');
const switches = choices.filter(
	({ field }) => field.type === 'boolean' && field.name === 'download',
);

/** Runs the node on one item. @returns the error, and how many requests it has made */
const run = async (parameters: Parameters, goesOn = false) => {
	const all = {
		...{ sourceUrl: 'https://example.com/talk.mp3', jobId: 'job_7f3k' },
		...parameters,
	};
	const { ctx, sent } = actionContext(all, () => ({ body: { id: 'job_7f3k' } }), { goesOn });
	const execute = new AudioSpliter().execute.bind(ctx as IExecuteFunctions);
	const result = await execute().catch((error: unknown) => error);
	return { result, requests: sent.length };
};

it('finds every parameter of the action node that takes a few values', () => {
	expect(options.map(({ name }) => name)).toEqual([
		'resource',
		'segment operation',
		'splitJob operation',
		...['source', 'splitMode', 'waitMode', 'output', 'outputFormat'].map(
			(name) => `splitJob create ${name}`,
		),
		'splitJob wait output',
	]);
	expect(switches).toHaveLength(2);
});

describe.each(options)('$name', ({ field, withValue }) => {
	const allowed = (field.options as Array<{ value: string }>).map(({ value }) => value);

	it.each([['a word'], [null], [undefined], [5], [true], [[allowed[0]]], [{ value: allowed[0] }]])(
		'refuses %j, names the values that it takes, and asks for nothing',
		async (value) => {
			const { result, requests } = await run(withValue(value));
			const { message } = result as Error;
			expect(message).toContain(`'${field.displayName}' must be `);
			for (const one of allowed) expect(message).toContain(`'${one}'`);
			expect(requests).toBe(0);
		},
	);

	it('is an item of its own where the node goes on with errors', async () => {
		const { result } = await run(withValue('a word'), true);
		expect(result).toEqual([
			[
				{
					json: {
						error: expect.stringContaining(`'${field.displayName}' must be `) as string,
						description: expect.any(String) as string,
					},
					pairedItem: { item: 0 },
				},
			],
		]);
	});
});

describe.each(switches)('$name', ({ field, withValue }) => {
	it.each([['yes'], [''], [null], [undefined], [1]])('refuses %j', async (value) => {
		const { result, requests } = await run(withValue(value));
		expect((result as Error).message).toContain(`'${field.displayName}' must be true or false`);
		expect(requests).toBe(0);
	});
});
