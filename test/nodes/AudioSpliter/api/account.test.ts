import { readAccount } from '../../../../nodes/AudioSpliter/api/account';
import { apiContext } from './support';

const BASE_URL = 'https://api.example.com/api/v1';

const accountOf = async (credential: object) =>
	await readAccount(apiContext(() => ({}), { getCredentials: async () => credential }).ctx);

it('takes a base URL and a key as people paste them', async () => {
	const plain = await accountOf({ baseUrl: BASE_URL, apiKey: 'as_live_1234' });
	const pasted = await accountOf({ baseUrl: ` ${BASE_URL}//\n`, apiKey: ' as_live_1234\n' });
	expect(pasted.baseUrl).toBe(BASE_URL);
	// One key, one budget.
	expect(pasted.budgetKey).toBe(plain.budgetKey);
	expect(pasted.withoutKey({ said: ['no key as_live_1234'] })).toEqual({
		said: ['no key [API key]'],
	});
});

it.each([
	['no base URL', undefined],
	['an object from an expression', { toString: 'x' }],
	['no web address', 'api.example.com'],
	['a file', 'file:///etc/passwd'],
])('refuses a base URL that is none: %s', async (_what, baseUrl) => {
	await expect(accountOf({ baseUrl, apiKey: 'as_live_1234' })).rejects.toThrow(
		"The credential's base URL is not a web address",
	);
});

it('refuses a key that a dashboard has masked', async () => {
	await expect(accountOf({ baseUrl: BASE_URL, apiKey: 'as_live_…' })).rejects.toThrow(
		"The credential's API key contains a character that no key has",
	);
});
