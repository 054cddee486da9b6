import { AudioSpliterApi } from '../../credentials/AudioSpliterApi.credentials';

it.each([
	['as it is', 'as_live_1234'],
	['with a line break and blanks, as people paste it', ' as_live_1234\n'],
])('sends the key %s', async (_what, apiKey) => {
	const { authenticate } = new AudioSpliterApi();
	if (typeof authenticate !== 'function') throw new Error('n8n would evaluate an expression');
	const request = { url: 'https://api.example.com', headers: { Accept: 'application/json' } };
	expect(await authenticate({ apiKey }, request)).toEqual({
		...request,
		headers: { Accept: 'application/json', 'X-API-Key': 'as_live_1234' },
	});
});
