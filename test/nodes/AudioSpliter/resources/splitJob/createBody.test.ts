import { readCreateBody } from '../../../../../nodes/AudioSpliter/resources/splitJob/createBody';
import { actionContext } from '../support';

const SOURCE = 'https://example.com/talk.mp3';
const RESUME = 'https://n8n.example.com/webhook-waiting/7?signature=x';

const read = async (parameters: object, resumeUrl?: string) =>
	await readCreateBody(actionContext({ sourceUrl: SOURCE, ...parameters }).ctx, 0, resumeUrl);

it.each<[string, object, object]>([
	['a duration', {}, { splitMode: 'duration', segmentDuration: 600 }],
	['a duration given as text', { segmentDuration: '60' }, { segmentDuration: 60 }],
	[
		'a size, in whole bytes',
		{ splitMode: 'fileSize', maxSegmentSize: 0.5 },
		{ splitMode: 'fileSize', maxFileSize: 524_288 },
	],
	...['FLAC', ' flac ', '.flac', '.FLAC'].map((outputFormat): [string, object, object] => [
		`the format ${outputFormat}`,
		{ additionalFields: { outputFormat } },
		{ outputFormat: 'flac' },
	]),
	[
		'metadata',
		{ additionalFields: { metadata: { values: [{ key: 'episode', value: 42 }] } } },
		{ metadata: { episode: '42' } },
	],
])('reads %s', async (_what, parameters, body) => {
	expect(await read(parameters)).toMatchObject({ sourceUrl: SOURCE, ...body });
});

it('sends what is not set not at all', async () => {
	const additionalFields = { outputFormat: '', webhookUrl: ' ', metadata: {} };
	expect(Object.keys(await read({ additionalFields }))).toEqual([
		'sourceUrl',
		'splitMode',
		'segmentDuration',
	]);
});

it('prefers the address that continues the execution to any other', async () => {
	const additionalFields = { webhookUrl: 'https://example.com/hook' };
	expect(await read({ additionalFields })).toHaveProperty(
		'webhookUrl',
		additionalFields.webhookUrl,
	);
	expect(await read({ additionalFields }, RESUME)).toHaveProperty('webhookUrl', RESUME);
});

const FORMATS = "'Output Format' must be 'mp3', 'wav', 'flac', 'ogg' or 'aac', not ";

it.each<[string, object, string]>([
	...['size', 'file_size', 'Duration', '', null, undefined, ['duration']].map(
		(splitMode): [string, object, string] => [
			`the split mode ${JSON.stringify(splitMode)}`,
			{ splitMode, segmentDuration: 5 },
			"'Split Mode' must be 'duration' or 'fileSize', not ",
		],
	),
	...['link', 'URL', 'Binary', null, undefined].map((source): [string, object, string] => [
		`the source ${JSON.stringify(source)}`,
		{ source },
		"'Source' must be 'url' or 'binary', not ",
	]),
	...[
		['original', "'original'"],
		['mpeg', "'mpeg'"],
		['..mp3', "'..mp3'"],
		['.', "'.'"],
		[5, '5'],
		[null, "'null'"],
		[undefined, 'nothing'],
		[['mp3'], `'["mp3"]'`],
	].map(([outputFormat, quoted]): [string, object, string] => [
		`the format ${JSON.stringify(outputFormat)}`,
		{ additionalFields: { outputFormat } },
		`${FORMATS}${String(quoted)}`,
	]),
	[
		'half a second',
		{ segmentDuration: 0.5 },
		"'Segment Duration' must be whole seconds, 1 or more",
	],
	['no duration', { segmentDuration: '' }, "'Segment Duration' must be whole seconds, 1 or more"],
	['a word for a duration', { segmentDuration: 'ten' }, "1 or more, not 'ten'"],
	['a duration that is null', { segmentDuration: null }, "1 or more, not 'null'"],
	[
		'a size without end',
		{ splitMode: 'fileSize', maxSegmentSize: Infinity },
		"'Max Segment Size' must be a number of MB above 0, not Infinity",
	],
	[
		'a size below a byte',
		{ splitMode: 'fileSize', maxSegmentSize: 1e-9 },
		"'Max Segment Size' must be a number of MB above 0",
	],
	['a source that is empty', { sourceUrl: '' }, "'Source URL' is not a web address"],
	[
		'a webhook address that is no text',
		{ additionalFields: { webhookUrl: 5 } },
		"'Webhook URL' is not a web address",
	],
	...[null, undefined].map((webhookUrl): [string, object, string] => [
		`a webhook address that is ${webhookUrl}`,
		{ additionalFields: { webhookUrl } },
		"'Webhook URL' is not a web address",
	]),
	[
		'metadata without a key',
		{ additionalFields: { metadata: { values: [{ key: ' ', value: 'x' }] } } },
		"'Metadata' has an entry without a key",
	],
])('refuses %s', async (_what, parameters, message) => {
	await expect(read(parameters)).rejects.toMatchObject({
		message: expect.stringContaining(message) as string,
		description: expect.stringMatching(/\w/) as string,
		context: { itemIndex: 0 },
	});
});
