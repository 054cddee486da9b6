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
	[
		'a format in any spelling',
		{ additionalFields: { outputFormat: 'FLAC' } },
		{ outputFormat: 'flac' },
	],
	[
		'values of metadata, as text',
		{
			additionalFields: {
				metadata: {
					values: [
						{ key: ' episode ', value: 42 },
						{ key: 'empty', value: '' },
						{ key: 'none' },
						{ key: 'list', value: [1] },
					],
				},
			},
		},
		{ metadata: { episode: '42', empty: '', none: '', list: '[1]' } },
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

it('takes a webhook address of this network for a service in it', async () => {
	const additionalFields = { webhookUrl: 'http://localhost:5678/webhook/x/webhook' };
	const { ctx } = actionContext({ sourceUrl: SOURCE, additionalFields });
	const credential = { apiKey: 'key', baseUrl: 'http://127.0.0.1:8080/api/v1' };
	Object.assign(ctx, { getCredentials: async () => credential });
	expect(await readCreateBody(ctx, 0, undefined)).toHaveProperty(
		'webhookUrl',
		additionalFields.webhookUrl,
	);
});

it('prefers the address that continues the execution to any other', async () => {
	const additionalFields = { webhookUrl: 'https://example.com/hook' };
	expect(await read({ additionalFields })).toHaveProperty(
		'webhookUrl',
		additionalFields.webhookUrl,
	);
	expect(await read({ additionalFields }, RESUME)).toHaveProperty('webhookUrl', RESUME);
});

it.each<[string, object, string, RegExp]>([
	['no source', { sourceUrl: '' }, "'Source URL' is not a web address", /It is empty/],
	[
		'a source that is no text',
		{ sourceUrl: ['https://example.com/a.mp3'] },
		"'Source URL' is not a web address",
		/has to be a text, not \["https/,
	],
	[
		'a webhook address that only this network knows',
		{ additionalFields: { webhookUrl: 'http://localhost:5678/webhook/x/webhook' } },
		"AudioSpliter cannot call 'Webhook URL': localhost:5678 is only known inside your own network",
		/reached from outside/,
	],
	['a path', { sourceUrl: '/talk.mp3' }, "'Source URL' is not a web address", /begin with https/],
	['no host', { sourceUrl: 'https://' }, "'Source URL' is not a web address", /name of a host/],
	['a space', { sourceUrl: 'https://a.io/a b.mp3' }, "'Source URL' has a space in it", /%20/],
	[
		'a webhook address that is no text',
		{ additionalFields: { webhookUrl: 5 } },
		"'Webhook URL' is not a web address",
		/begin with https/,
	],
	[
		'a format that is no text',
		{ additionalFields: { outputFormat: 5 } },
		"'Output Format' cannot be 5",
		/mp3, wav/,
	],
	['half a second', { segmentDuration: 0.5 }, "'Segment Duration' must be whole seconds", /600/],
	['an empty duration', { segmentDuration: '' }, "'Segment Duration' must be whole", /600/],
	[
		'a size without end',
		{ splitMode: 'fileSize', maxSegmentSize: Infinity },
		"'Max Segment Size' must be a number of MB above 0, not Infinity",
		/0\.5/,
	],
	[
		'metadata without a key',
		{ additionalFields: { metadata: { values: [{ key: ' ', value: 'x' }] } } },
		"'Metadata' has an entry without a key",
		/remove/,
	],
])('refuses %s', async (_what, parameters, message, description) => {
	await expect(read(parameters)).rejects.toMatchObject({
		message: expect.stringContaining(message) as string,
		description: expect.stringMatching(description) as string,
		context: { itemIndex: 0 },
	});
});
