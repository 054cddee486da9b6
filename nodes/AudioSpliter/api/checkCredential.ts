import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IN8nHttpFullResponse,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { textOf } from '../job/values';
import { cleanBaseUrl, isPlainKey, isWebAddress, withoutKey } from './account';
import type { ApiFailure } from './advice';
import { explain, readFailure, transportCode } from './errors';
import { readPage } from './jobs';

/** Milliseconds. Somebody is looking at the dialog. */
const TIMEOUT_MS = 15_000;

const NORMAL_BASE_URL = 'The base URL normally ends in /api/v1.';

const failed = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/** What the dialog says. Whoever reads it has the credential open already. */
function describe(failure: ApiFailure): string {
	const { message, description } = explain(failure);
	if (failure.isIntermediary === true && failure.status === 404) {
		return `There is no AudioSpliter API at this base URL (HTTP 404). ${NORMAL_BASE_URL}`;
	}
	if (failure.isIntermediary === true) return `${message}. ${description}`;
	switch (failure.status) {
		case 401:
			return `${message}. Copy the key again from the AudioSpliter dashboard (API Keys).`;
		case 403:
			return `${message}. It cannot read jobs: give it the scopes splits:read and splits:write in the AudioSpliter dashboard.`;
		case 404:
			return `${message}. ${NORMAL_BASE_URL}`;
		case 429:
			return 'The API key is valid, but its requests for this minute are used up. Test again in a minute.';
		default:
			return `${message}. ${description}`;
	}
}

/**
 * Tests the credential with the cheapest call that accepts a key, since the API has no "who am I": the list with one row.
 * Rules in the credential type could tell statuses apart, and not a web page from the API.
 */
export async function checkCredential(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const baseUrl = cleanBaseUrl(credential.data?.baseUrl);
	const apiKey = textOf(credential.data?.apiKey ?? '').trim();
	if (!isWebAddress(baseUrl)) return failed('The base URL must begin with https://.');
	if (apiKey === '') return failed('Enter the API key from the AudioSpliter dashboard (API Keys).');
	if (!isPlainKey(apiKey)) {
		return failed('The API key contains a character that no key has. Copy the whole key again.');
	}
	// n8n gives a credential's test nothing but its older request function.
	const { request } = this.helpers;
	let answer: IN8nHttpFullResponse;
	try {
		answer = (await request({
			...{ method: 'GET', uri: `${baseUrl}/splits`, qs: { limit: 1 }, json: true },
			headers: { 'X-API-Key': apiKey },
			...{ simple: false, resolveWithFullResponse: true, timeout: TIMEOUT_MS },
			// The key belongs to this host alone.
			followRedirect: false,
		})) as IN8nHttpFullResponse;
	} catch (error) {
		return failed(describe({ transport: transportCode(error) }));
	}
	const { statusCode } = answer;
	const body = withoutKey(apiKey, answer.body);
	if (statusCode < 200 || statusCode >= 300) return failed(describe(readFailure(statusCode, body)));
	if (readPage(body) === undefined) {
		return failed(
			`Something other than the AudioSpliter API answers at this base URL. ${NORMAL_BASE_URL}`,
		);
	}
	return { status: 'OK', message: 'Connection successful!' };
}
