import type { IExecuteFunctions } from 'n8n-workflow';
import { refusal } from '../../n8n/errors';

/** An entry of the field Metadata. Expressions may give anything for a text. */
export interface MetadataEntry {
	key?: unknown;
	value?: unknown;
}

/** Values go out as text: which other types the service keeps is not documented. */
const toMetadataText = (value: unknown): string =>
	typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');

/**
 * The entries of the field Metadata as the API takes them.
 *
 * @returns undefined where there are none
 * @throws NodeOperationError for an entry without a key
 */
export function toMetadata(
	ctx: IExecuteFunctions,
	entries: MetadataEntry[],
	itemIndex: number,
): Record<string, string> | undefined {
	if (entries.length === 0) return undefined;
	return Object.fromEntries(
		entries.map(({ key, value }) => {
			const name = String(key ?? '').trim();
			if (name === '') {
				const message = "'Metadata' has an entry without a key";
				throw refusal(ctx, message, 'Name it or remove it.', itemIndex);
			}
			return [name, toMetadataText(value)];
		}),
	);
}
