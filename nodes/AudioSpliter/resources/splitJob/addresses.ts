import type { IExecuteFunctions } from 'n8n-workflow';
import { readBaseUrl } from '../../api/client';
import { isPrivateAddress } from '../../api/reachable';
import { refusal } from '../../n8n/errors';

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
	return {
		what: 'is not a web address',
		advice:
			url === ''
				? 'It is empty. Enter an address that begins with https:// or http://.'
				: 'It must begin with https:// or http:// and the name of a host.',
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
			`It has to be a text, not ${JSON.stringify(value).slice(0, 100)}.`,
			itemIndex,
		);
	}
	const url = typeof value === 'string' ? value.trim() : '';
	const fault = faultOf(url);
	if (fault === undefined) return url;
	throw refusal(ctx, `'${label}' ${fault.what}`, fault.advice, itemIndex);
}

/**
 * The address that AudioSpliter downloads the audio from.
 *
 * @throws NodeOperationError for what is no web address
 */
export const toSourceUrl = (ctx: IExecuteFunctions, value: unknown, itemIndex: number): string =>
	toWebAddress(ctx, 'Source URL', value, itemIndex);

/**
 * The address that AudioSpliter calls when the job has ended.
 *
 * @throws NodeOperationError for what is no web address, and for one that the service could not call
 */
export async function toWebhookUrl(
	ctx: IExecuteFunctions,
	value: unknown,
	itemIndex: number,
): Promise<string> {
	const url = toWebAddress(ctx, 'Webhook URL', value, itemIndex);
	if (isPrivateAddress(url) && !isPrivateAddress(await readBaseUrl(ctx))) {
		throw refusal(
			ctx,
			`AudioSpliter cannot call 'Webhook URL': ${new URL(url).host} is only known inside your own network`,
			"Use an address that can be reached from outside. Of the trigger's URLs it is the one that begins with the public address of this n8n (N8N_WEBHOOK_URL, in older versions WEBHOOK_URL).",
			itemIndex,
		);
	}
	return url;
}
