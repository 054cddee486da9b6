import type { INodeParameters } from 'n8n-workflow';
import { RECORDING } from '../support/sandbox';
import { runAction } from '../support/action';
import { isOlder } from './support/n8n';
import { useSandbox } from './support/stage';

const stage = useSandbox();

const create = (more: INodeParameters): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: stage.sandbox.fileUrl(RECORDING),
	segmentDuration: 5,
	waitMode: 'none',
	...more,
});

/** What the last job was asked for with. */
const requested = () => stage.sandbox.jobs().at(-1)?.request;

const withMetadata = (entries: Array<{ key: string; value: string }>) =>
	create({ additionalFields: { metadata: { values: entries } } });

const FORMATS = "'Output Format' must be 'mp3', 'wav', 'flac', 'ogg' or 'aac', not ";
const segments = { waitMode: 'poll', output: 'segments' };

/** What an expression gives in a parameter that takes none: newer versions of n8n leave it as it is written. */
const noExpression = isOlder() ? 'file_size' : '{{ $json.mode }}';

describe('a value that the parameter does not have', () => {
	it.each<[string, INodeParameters]>([
		["'Resource' must be 'splitJob' or 'segment', not 'job'", { resource: 'job' }],
		[
			"'Operation' must be 'create', 'delete', 'get', 'getAll' or 'wait', not 'split'",
			{ operation: 'split' },
		],
		["'Split Mode' must be 'duration' or 'fileSize', not 'size'", { splitMode: 'size' }],
		[
			`'Split Mode' must be 'duration' or 'fileSize', not '${noExpression}'`,
			{ splitMode: '={{ $json.mode }}' },
		],
		[
			"'Wait for Completion' must be 'poll', 'webhook' or 'none', not 'Webhook'",
			{ waitMode: 'Webhook' },
		],
		[
			`'Wait for Completion' must be 'poll', 'webhook' or 'none', not '${noExpression}'`,
			{ waitMode: '={{ $json.mode }}' },
		],
		["'Source' must be 'url' or 'binary', not 'link'", { source: 'link' }],
		[
			"'Output' must be 'job' or 'segments', not 'segment'",
			{ waitMode: 'poll', output: 'segment' },
		],
		[
			"'Output' must be 'job' or 'segments', not 'file_size'",
			{ waitMode: 'poll', output: '={{ $json.mode }}' },
		],
		["'Download Segments' must be true or false, not 'yes'", { ...segments, download: 'yes' }],
		[
			"'Download Segments' must be true or false, not 'null'",
			{ ...segments, download: '={{ $json.none }}' },
		],
		["'Download Segments' must be true or false, not 1", { ...segments, download: 1 }],
		[`${FORMATS}'null'`, { additionalFields: { outputFormat: '={{ $json.none }}' } }],
		[`${FORMATS}nothing`, { additionalFields: { outputFormat: '={{ $json.mood }}' } }],
		[`${FORMATS}'original'`, { additionalFields: { outputFormat: 'original' } }],
		[
			"'Segment Duration' must be whole seconds, 1 or more, not nothing",
			{ segmentDuration: '={{ $json.mood }}' },
		],
		[
			"'Webhook URL' is not a web address",
			{ additionalFields: { webhookUrl: '={{ $json.mood }}' } },
		],
	])('is told as %s, and nothing is submitted', async (message, more) => {
		const { error } = await runAction(stage, create(more), {
			items: [{ mode: 'file_size', none: null }],
		});
		expect(error?.message).toBe(message);
		expect(error?.description).toBeTruthy();
		expect(error?.context?.itemIndex).toBe(0);
		expect(stage.sandbox.requests()).toEqual([]);
	});

	it('is its own item’s failure under Continue On Fail', async () => {
		const additionalFields = { outputFormat: '={{ $json.format }}' };
		const { json } = await runAction(stage, create({ additionalFields }), {
			items: [{ format: 'flac' }, { format: 'opus' }],
			more: { onError: 'continueRegularOutput' },
		});
		expect(json).toEqual([
			expect.objectContaining({ status: 'queued' }),
			expect.objectContaining({
				error: `${FORMATS}'opus'`,
			}),
		]);
	});
});

it.each(['.mp3', 'MP3', '={{ ".Mp3" }}'])('takes %s for a format', async (outputFormat) => {
	await runAction(stage, create({ additionalFields: { outputFormat } }));
	expect(requested()).toMatchObject({ outputFormat: 'mp3' });
});

describe('metadata from expressions', () => {
	it('has dates and durations as ISO 8601, objects as JSON', async () => {
		await runAction(
			stage,
			withMetadata([
				{ key: 'date', value: "={{ new Date('2026-01-02T03:04:05Z') }}" },
				{
					key: 'time',
					value: "={{ DateTime.fromISO('2026-01-02T03:04:05.000Z', { zone: 'utc' }) }}",
				},
				{ key: 'length', value: '={{ Duration.fromObject({ hours: 24 }) }}' },
				{ key: 'list', value: '={{ [1, "a"] }}' },
				{ key: 'object', value: '={{ { a: 1 } }}' },
				{ key: 'number', value: '={{ 42 }}' },
				{ key: 'text', value: 'due {{ 42 }}' },
			]),
		);
		expect(requested()?.metadata).toEqual({
			date: '2026-01-02T03:04:05.000Z',
			time: '2026-01-02T03:04:05.000Z',
			length: 'PT24H',
			list: '[1,"a"]',
			object: '{"a":1}',
			number: '42',
			text: 'due {{ 42 }}',
		});
	});

	it.each([
		"={{ new Date('tomorrow') }}",
		"={{ DateTime.fromISO('tomorrow') }}",
		"={{ Duration.fromISO('a day') }}",
	])('names the entry of %s, which is no date', async (value) => {
		const { error } = await runAction(
			stage,
			withMetadata([
				{ key: 'a', value: '1' },
				{ key: 'due', value },
			]),
		);
		expect(error?.message).toBe("The value of 'due' in 'Metadata' is not a valid date");
		expect(stage.sandbox.requests()).toEqual([]);
	});
});

it('tells of a share page before anything is submitted', async () => {
	const { error } = await runAction(
		stage,
		create({ sourceUrl: 'https://drive.google.com/file/d/1AbC/view?usp=sharing' }),
	);
	expect(error?.message).toBe(
		"'Source URL' is a Google Drive share page, not a direct link to an audio file",
	);
	expect(stage.sandbox.requests()).toEqual([]);
});
