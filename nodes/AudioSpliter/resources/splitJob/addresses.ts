import type { IExecuteFunctions } from 'n8n-workflow';
import { readBaseUrl } from '../../api/account';
import { isPrivateAddress } from '../../api/reachable';
import { refusal } from '../../n8n/errors';
import { quoteValue } from '../../n8n/parameters';
import { findSharePage } from './sharePages';

/** What is wrong with a text that was meant as a web address; undefined for a right one. */
function faultOf(url: string): { what: string; advice: string } | undefined {
	const isWeb = /^https?:\/\//i.test(url);
	if (isWeb && /\s/.test(url)) {
		return {
			what: 'has a space in it',
			advice: 'Write it as %20, or use {{ encodeURI(…) }} around the address in an expression.',
		};
	}
	if (isWeb && URL.canParse(url)) return undefined;
	if (url === '') {
		return {
			what: 'is not a web address',
			advice: 'It is empty. Enter an address that begins with https:// or http://.',
		};
	}
	return {
		what: `is not a web address: ${quoteValue(url)}`,
		advice: 'It must begin with https:// or http://, followed by the name of a host.',
	};
}

/** The address without blanks around it. Whether http will do is not documented, so that it is left to the service. */
function toWebAddress(
	ctx: IExecuteFunctions,
	label: string,
	value: unknown,
	itemIndex: number,
): string {
	if (typeof value !== 'string' && (value ?? '') !== '') {
		throw refusal(
			ctx,
			`'${label}' is not a web address`,
			`It must be text, not ${quoteValue(value)}.`,
			itemIndex,
		);
	}
	const url = typeof value === 'string' ? value.trim() : '';
	const fault = faultOf(url);
	if (fault === undefined) return url;
	throw refusal(ctx, `'${label}' ${fault.what}`, fault.advice, itemIndex);
}

/** The host of an address that only this network knows, unless the service is in this network too. */
const findPrivateHost = async (ctx: IExecuteFunctions, url: string): Promise<string | undefined> =>
	isPrivateAddress(url) && !isPrivateAddress(await readBaseUrl(ctx))
		? new URL(url).host
		: undefined;

/**
 * The address that AudioSpliter downloads the audio from.
 *
 * @throws NodeOperationError for what is no web address, for one that the service could not reach, and for a page that
 * only shows the file
 */
export async function toSourceUrl(
	ctx: IExecuteFunctions,
	value: unknown,
	itemIndex: number,
): Promise<string> {
	const url = toWebAddress(ctx, 'Source URL', value, itemIndex);
	const page = findSharePage(url);
	if (page !== undefined) {
		const message = `'Source URL' is ${page.name}, not a direct link to an audio file`;
		throw refusal(ctx, message, page.advice, itemIndex);
	}
	const host = await findPrivateHost(ctx, url);
	if (host === undefined) return url;
	throw refusal(
		ctx,
		`AudioSpliter cannot fetch 'Source URL': ${host} is only known inside your own network`,
		"Use an address that can be reached from the internet, or download the file with n8n's HTTP Request node and set 'Source' to 'Binary File'.",
		itemIndex,
	);
}

/**
 * The address that AudioSpliter calls when the job has ended.
 *
 * @throws NodeOperationError for what is no web address, and for one that the service could not reach
 */
export async function toWebhookUrl(
	ctx: IExecuteFunctions,
	value: unknown,
	itemIndex: number,
): Promise<string> {
	const url = toWebAddress(ctx, 'Webhook URL', value, itemIndex);
	const host = await findPrivateHost(ctx, url);
	if (host === undefined) return url;
	throw refusal(
		ctx,
		`AudioSpliter cannot call 'Webhook URL': ${host} is only known inside your own network`,
		"Use an address that can be reached from outside. Of the trigger's URLs, use the one that begins with the public address of this n8n (N8N_WEBHOOK_URL, in older versions WEBHOOK_URL).",
		itemIndex,
	);
}
