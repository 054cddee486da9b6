import type { IExecuteFunctions } from 'n8n-workflow';
import { refusal } from '../../n8n/errors';
import { quoteValue, toText } from '../../n8n/parameters';

/** An entry of the field Metadata. Expressions may give anything for a text. */
export interface MetadataEntry {
	key?: unknown;
	value?: unknown;
}

function toEntry(
	ctx: IExecuteFunctions,
	{ key, value }: MetadataEntry,
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
	entries: MetadataEntry[],
	itemIndex: number,
): Record<string, string> | undefined {
	if (entries.length === 0) return undefined;
	return Object.fromEntries(entries.map((entry) => toEntry(ctx, entry, itemIndex)));
}
