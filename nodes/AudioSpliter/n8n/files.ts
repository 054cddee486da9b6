import type { IBinaryData } from 'n8n-workflow';
import type { FileContext } from './context';

/**
 * Bytes of a file, which n8n keeps either in its store, under an id, or inside the item as base64.
 *
 * @throws what n8n's store says, where it has no such file
 */
export const fileSizeOf = async (ctx: FileContext, { id, data }: IBinaryData): Promise<number> =>
	id === undefined
		? Buffer.byteLength(data, 'base64')
		: (await ctx.helpers.getBinaryMetadata(id)).fileSize;
