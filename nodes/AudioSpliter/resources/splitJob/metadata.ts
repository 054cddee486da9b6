import type { IExecuteFunctions } from 'n8n-workflow';
import { isRecord } from '../../job/values';
import { refusal } from '../../n8n/errors';
import { quoteValue, toText } from '../../n8n/parameters';

/** The entries of the field, which an expression or an AI model may also give as one object or as nothing. */
function readEntries(
	ctx: IExecuteFunctions,
	metadata: unknown,
	itemIndex: number,
): Array<Record<string, unknown>> {
	const values = isRecord(metadata) ? (metadata.values ?? []) : (metadata ?? []);
	const entries = Array.isArray(values) ? (values as unknown[]) : [values];
	if (entries.every(isRecord)) return entries;
	throw refusal(
		ctx,
		`'Metadata' must be entries with a key and a value, not ${quoteValue(values)}`,
		'Add the entries one by one, or have the expression give a list of objects with key and value.',
		itemIndex,
	);
}

function toEntry(
	ctx: IExecuteFunctions,
	{ key, value }: Record<string, unknown>,
	itemIndex: number,
): [string, string] {
	const name = (typeof key === 'object' && key !== null ? undefined : toText(key))?.trim();
	if (name === undefined) {
		const message = `'Metadata' has an entry whose key is no text: ${quoteValue(key)}`;
		throw refusal(ctx, message, 'Give it a name.', itemIndex);
	}
	if (name === '') {
		const message = "'Metadata' has an entry without a key";
		throw refusal(ctx, message, 'Name it or remove it.', itemIndex);
	}
	const text = toText(value);
	if (text !== undefined) return [name, text];
	throw refusal(
		ctx,
		`The value of ${quoteValue(name)} in 'Metadata' is not a valid date`,
		'Check the expression: the text that it makes a date of may have another form than it expects.',
		itemIndex,
	);
}

/**
 * The entries of the field Metadata as the API takes them. Values go out as text, since which other types the service
 * keeps is not documented: dates and durations as ISO 8601, objects and lists as JSON.
 *
 * @returns undefined where there are none
 * @throws NodeOperationError that names the entry which cannot be used
 */
export function toMetadata(
	ctx: IExecuteFunctions,
	metadata: unknown,
	itemIndex: number,
): Record<string, string> | undefined {
	const entries = readEntries(ctx, metadata, itemIndex);
	if (entries.length === 0) return undefined;
	return Object.fromEntries(entries.map((entry) => toEntry(ctx, entry, itemIndex)));
}
