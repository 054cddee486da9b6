import {
	toSourceUrl,
	toWebhookUrl,
} from '../../../../../nodes/AudioSpliter/resources/splitJob/addresses';
import { actionContext } from '../support';

const READERS = { 'Source URL': toSourceUrl, 'Webhook URL': toWebhookUrl };

/** What a reader makes of the value, where the API is in this network or is not. */
const read = async (label: keyof typeof READERS, value: unknown, baseUrl?: string) => {
	const { ctx, sent } = actionContext({});
	if (baseUrl !== undefined) {
		Object.assign(ctx, { getCredentials: async () => ({ apiKey: 'key', baseUrl }) });
	}
	const url = await READERS[label](ctx, value, 3);
	expect(sent).toEqual([]);
	return url;
};

const PRIVATE = [
	'http://localhost:5678/a.mp3',
	'https://n8n:5678/a.mp3',
	'http://192.168.1.5/a.mp3',
	'https://files.corp.internal/a.mp3',
	'http://[::1]/a.mp3',
];

describe.each(Object.keys(READERS) as Array<keyof typeof READERS>)('%s', (label) => {
	it.each([
		'https://example.com/a.mp3',
		'http://example.com/a.mp3',
		'HTTPS://EXAMPLE.COM:8443/a%20b.mp3?x=1#y',
		'https://user:secret@example.com/a.mp3',
	])('takes %s, without the blanks around it', async (url) => {
		expect(await read(label, ` ${url}\n`)).toBe(url);
	});

	it.each<[string, unknown, string, RegExp]>([
		['an empty text', ' ', 'is not a web address', /It is empty/],
		['nothing', undefined, 'is not a web address', /It is empty/],
		['a list', ['https://a.io/a.mp3'], 'is not a web address', /must be text, not '\["https/],
		['a date', new Date(0), 'is not a web address', /must be text, not '1970-01-01T00:00:00.000Z'/],
		['a number', 5, 'is not a web address', /must be text, not 5/],
		['a path', '/talk.mp3', "is not a web address: '/talk.mp3'", /begin with https/],
		['another scheme', 'ftp://a.io/a.mp3', "is not a web address: 'ftp://a.io/a.mp3'", /https:/],
		['no host', 'https://', "is not a web address: 'https://'", /name of a host/],
		['a space', 'https://a.io/a b.mp3', 'has a space in it', /%20/],
	])('refuses %s', async (_what, value, message, description) => {
		await expect(read(label, value)).rejects.toMatchObject({
			message: `'${label}' ${message}`,
			description: expect.stringMatching(description) as string,
			context: { itemIndex: 3 },
		});
	});

	it.each(PRIVATE)('refuses %s, which only this network knows', async (url) => {
		await expect(read(label, url)).rejects.toMatchObject({
			message: expect.stringMatching(
				new RegExp(
					`^AudioSpliter cannot (fetch|call) '${label}': .+ is only known inside your own`,
				),
			) as string,
			description: expect.stringMatching(/can be reached from/) as string,
			context: { itemIndex: 3 },
		});
	});

	it.each(PRIVATE)('takes %s for a service in this network', async (url) => {
		expect(await read(label, url, 'http://127.0.0.1:8080/api/v1')).toBe(url);
	});
});

it('tells of a share page, wherever the service is', async () => {
	const page = 'https://drive.google.com/file/d/1AbC/view?usp=sharing';
	await expect(read('Source URL', page, 'http://127.0.0.1:8080/api/v1')).rejects.toMatchObject({
		message: "'Source URL' is a Google Drive share page, not a direct link to an audio file",
		description: expect.stringMatching(/uc\?export=download.*'Binary File'/) as string,
		context: { itemIndex: 3 },
	});
});
