import type { ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow';
import { checkCredential } from '../../../../nodes/AudioSpliter/api/checkCredential';

interface Answer {
	statusCode?: number;
	body?: unknown;
	error?: Error;
}

const LIST = { data: [], pagination: { page: 1, limit: 1, total: 0, totalPages: 0 } };

/** What the dialog shows for a credential, where the service answers like this; and what was sent. */
const run = async (data: object, { statusCode = 200, body = LIST, error }: Answer = {}) => {
	const sent: Array<Record<string, unknown>> = [];
	const request = async (options: Record<string, unknown>) => {
		sent.push(options);
		if (error !== undefined) throw error;
		return { statusCode, headers: {}, body };
	};
	const credential = {
		...{ id: '1', name: 'AudioSpliter', type: 'audioSpliterApi' },
		data: { apiKey: 'as_test_sk_1', baseUrl: 'https://api.example.com/api/v1', ...data },
	} as ICredentialsDecrypted;
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	return { ...(await checkCredential.call(context, credential)), sent };
};

it.each([
	'https://api.example.com/api/v1',
	'https://api.example.com/api/v1/',
	' https://api.example.com/api/v1// ',
])('asks for one row of the list at %j, once, and follows nothing', async (baseUrl) => {
	const { status, sent } = await run({ baseUrl });
	expect(status).toBe('OK');
	expect(sent).toMatchObject([
		{
			method: 'GET',
			uri: 'https://api.example.com/api/v1/splits',
			qs: { limit: 1 },
			headers: { 'X-API-Key': 'as_test_sk_1' },
			followRedirect: false,
		},
	]);
});

it.each([
	[{ baseUrl: 'api.example.com' }, /must begin with https/],
	[{ baseUrl: '' }, /must begin with https/],
	[{ apiKey: ' ' }, /^Enter the API key/],
	[{ apiKey: 'as_live_…ab12' }, /Copy the whole key again/],
])('sends nothing where the credential cannot work: %j', async (data, message) => {
	const result = await run(data);
	expect(result).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(message),
		sent: [],
	});
});

const error = (code: string) => ({ error: { code, message: 'Words of the service' } });

it.each<[number, unknown, RegExp]>([
	[401, error('UNAUTHORIZED'), /^The API key was refused: .* Copy the key again/],
	[401, error('KEY_REVOKED'), /^The API key has been revoked: .* Copy the key again/],
	[401, { message: 'Unauthorized' }, /^The API key was refused: Unauthorized \(HTTP 401\)/],
	[401, '<html>Log in</html>', /^Something between n8n and AudioSpliter answered.*HTTP 401/],
	[403, error('INSUFFICIENT_SCOPE'), /^The API key is not allowed.*splits:read/],
	[403, '<html>Blocked</html>', /^Something between n8n and AudioSpliter answered.*HTTP 403/],
	[407, '', /^Something between n8n and AudioSpliter.*HTTP 407.*HTTPS_PROXY/],
	[404, '<html>Not Found</html>', /no AudioSpliter API .*normally ends in \/api\/v1/],
	[404, error('NOT_FOUND'), /normally ends in \/api\/v1/],
	[402, error('PAYMENT_REQUIRED'), /^AudioSpliter requires payment.*invoices/],
	[429, error('RATE_LIMITED'), /^The API key is valid, but its requests for this minute/],
	[429, '<html>Slow down</html>', /^Something between n8n and AudioSpliter answered/],
	[302, '', /^The answer was a redirect \(HTTP 302\)/],
	[503, error('SERVICE_UNAVAILABLE'), /^AudioSpliter is not available/],
	[200, '<html>n8n</html>', /^Something other than the AudioSpliter API.*ends in \/api\/v1/],
	[200, {}, /^Something other than the AudioSpliter API/],
	[200, null, /^Something other than the AudioSpliter API/],
])('is red for %i %j, and says what to do', async (statusCode, body, message) => {
	expect(await run({}, { statusCode, body })).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(message) as string,
	});
});

it.each([
	['ENOTFOUND', /^The host of the credential's base URL was not found \(ENOTFOUND\)/],
	['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate .* was not accepted.*NODE_EXTRA_CA_CERTS/],
	['ERR_SSL_WRONG_VERSION_NUMBER', /^Could not establish a TLS connection/],
	['ECONNABORTED', /^AudioSpliter did not answer in time/],
])('says what %s means', async (code, message) => {
	const failure = Object.assign(new Error('x'), { code });
	expect((await run({}, { error: failure })).message).toMatch(message);
});

it('keeps the key out of what it says', async () => {
	const body = { error: { code: 'UNAUTHORIZED', message: 'No key as_test_sk_1' } };
	const { message } = await run({}, { statusCode: 401, body });
	expect(message).toContain('[API key]');
	expect(message).not.toContain('as_test_sk_1');
});
