import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { BINARY_ENCODING } from 'n8n-workflow';
import { readBaseUrl } from '../../api/account';
import { whyUnreachable } from '../../api/reachable';
import { refusal } from '../../n8n/errors';
import { fileSizeOf } from '../../n8n/files';
import { quoteValue, readOption } from '../../n8n/parameters';
import { WAIT_MODE } from './createFields';

/**
 * How long the service may fetch the file. The API asks for an hour at least; a job can stay in the queue behind
 * others before its source is downloaded.
 */
const URL_LIFETIME = '6 hours';

/** Where n8n keeps a file on a disk, in S3 or in Azure. In its database the id names no execution. */
const EXECUTION_OF_FILE = /^[^:]+:workflows\/[^/]+\/executions\/([^/]+)\/binary_data\//;

/**
 * Whether the file lasts as long as this execution. n8n deletes a file with the execution that its id names: a caller's,
 * for a sub-workflow; an earlier one's, for a retry or a run from the editor. Files of the request that started an
 * execution have a temporary id, which is dead when it ends. Source: n8n-core's `BinaryDataBlobManager` and n8n's
 * `DatabaseManager` and `restoreBinaryDataId`.
 */
const belongsToExecution = (ctx: IExecuteFunctions, id: string): boolean =>
	EXECUTION_OF_FILE.exec(id)?.[1] === ctx.getExecutionId();

const nameOf = ({ fileName }: IBinaryData): string => quoteValue(fileName ?? 'file');

/** Some versions of n8n delete a caller's files before the sub-workflow that was given them has begun. */
const unreadable =
	(ctx: IExecuteFunctions, binary: IBinaryData, itemIndex: number) =>
	(error: unknown): never => {
		const reason = error instanceof Error ? error.message : String(error);
		throw refusal(
			ctx,
			`n8n cannot read the file ${nameOf(binary)} in its own storage`,
			`It may have been deleted with the execution that it belongs to: fetch it again before this node. (${reason})`,
			itemIndex,
		);
	};

/**
 * Stores the file anew, as this execution's own.
 *
 * @throws NodeOperationError when n8n cannot read the file; else what storing it ends with
 */
async function copyFile(
	ctx: IExecuteFunctions,
	binary: IBinaryData & { id: string },
	itemIndex: number,
): Promise<IBinaryData> {
	const { id, fileName, mimeType } = binary;
	const refuse = unreadable(ctx, binary, itemIndex);
	const content = await ctx.helpers.getBinaryStream(id).catch(refuse);
	let readError: unknown;
	// A file on disk may be gone by the time it is opened. If nothing listened for that error, n8n itself would crash.
	content.on('error', (error) => (readError = error));
	return await ctx.helpers
		.prepareBinaryData(content, fileName, mimeType)
		.catch((error: unknown) => {
			if (readError !== undefined) refuse(readError);
			throw error;
		});
}

/** The file as this execution's own. It has no id yet where a Code node made it, and never one in memory mode. */
async function withLastingId(
	ctx: IExecuteFunctions,
	binary: IBinaryData,
	itemIndex: number,
): Promise<IBinaryData> {
	const { id, data, fileName, mimeType } = binary;
	if (id === undefined) {
		const content = Buffer.from(data, BINARY_ENCODING);
		return await ctx.helpers.prepareBinaryData(content, fileName, mimeType);
	}
	return belongsToExecution(ctx, id) ? binary : await copyFile(ctx, { ...binary, id }, itemIndex);
}

/** @throws NodeOperationError for a file that n8n has no bytes of: the service would refuse it, after it was submitted */
async function assertNotEmpty(
	ctx: IExecuteFunctions,
	binary: IBinaryData,
	itemIndex: number,
): Promise<void> {
	const size = await fileSizeOf(ctx, binary).catch(unreadable(ctx, binary, itemIndex));
	if (size !== 0) return;
	throw refusal(
		ctx,
		`The file ${nameOf(binary)} is empty: it has 0 bytes`,
		'Check the node that the file comes from.',
		itemIndex,
	);
}

/** Older versions of n8n 2 do not tell a node of its workflow's settings. */
type MaybeWithSettings = Partial<Pick<IExecuteFunctions, 'getWorkflowSettings'>>;

/** Whether n8n deletes the execution, and the file with it, as soon as it has ended. Manual ones stay for a while. */
const endsWithExecution = (ctx: IExecuteFunctions): boolean => {
	const settings = (ctx as MaybeWithSettings).getWorkflowSettings?.();
	return ctx.getMode() !== 'manual' && settings?.saveDataSuccessExecution === 'none';
};

/** @throws NodeOperationError when the service could not fetch files from this n8n */
async function signedUrl(
	ctx: IExecuteFunctions,
	binary: IBinaryData,
	itemIndex: number,
): Promise<string> {
	const url = ctx.helpers.createBinarySignedUrl(binary, URL_LIFETIME);
	const obstacle = whyUnreachable(url, await readBaseUrl(ctx));
	if (obstacle === undefined) return url;
	throw refusal(
		ctx,
		`AudioSpliter cannot fetch files from this n8n: ${obstacle}`,
		"Files are fetched from n8n's own address. Ask the n8n administrator to set N8N_WEBHOOK_URL (WEBHOOK_URL in older versions) to the public https address of this n8n, or set 'Source' to 'URL'.",
		itemIndex,
	);
}

/**
 * Gives the service access to a file of this execution: a signed URL of this n8n that ends by itself.
 *
 * @param file the name of the item's field that has it, or what an expression took from there
 * @throws NodeOperationError, before anything is submitted, when the item has no such file or the service could not
 * fetch it
 */
export async function publishBinary(
	ctx: IExecuteFunctions,
	file: string | IBinaryData,
	itemIndex: number,
): Promise<string> {
	const binary = ctx.helpers.assertBinaryData(itemIndex, file);
	if (endsWithExecution(ctx) && readOption(ctx, 'waitMode', itemIndex, WAIT_MODE) === 'none') {
		throw refusal(
			ctx,
			'The file would be gone before AudioSpliter could fetch it: this workflow does not save successful executions',
			"In the workflow's settings, set 'Save successful production executions' to 'Save', or have this node wait for completion.",
			itemIndex,
		);
	}
	await assertNotEmpty(ctx, binary, itemIndex);
	// A file without an id has no URL before it is stored.
	const reachable = binary.id === undefined ? await withLastingId(ctx, binary, itemIndex) : binary;
	if (reachable.id === undefined) {
		throw refusal(
			ctx,
			'This n8n keeps files in memory and cannot hand them out',
			"Ask the n8n administrator to set N8N_DEFAULT_BINARY_DATA_MODE to 'filesystem', 'database' or 's3', or set 'Source' to 'URL' and give a link to the file.",
			itemIndex,
		);
	}
	const url = await signedUrl(ctx, reachable, itemIndex);
	// Only now, since a large file is not copied to be refused.
	const lasting = await withLastingId(ctx, reachable, itemIndex);
	return lasting === reachable ? url : ctx.helpers.createBinarySignedUrl(lasting, URL_LIFETIME);
}
