import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { readBaseUrl } from '../api/client';
import { whyUnreachable } from './reachable';

/**
 * How long the service may fetch the file. The API asks for an hour at least; a job can stay in the queue behind
 * others before its source is downloaded.
 */
const URL_LIFETIME = '6 hours';

/**
 * n8n keeps the files of the request that started an execution under this temporary id and moves them when the
 * execution ends: a URL signed for it would be dead by then. Source: n8n binary-data, `restoreBinaryDataId`.
 */
const TEMPORARY_ID = /\/executions\/temp\//;

async function withLastingId(ctx: IExecuteFunctions, binary: IBinaryData): Promise<IBinaryData> {
	if (!TEMPORARY_ID.test(binary.id ?? '')) return binary;
	const stream = await ctx.helpers.getBinaryStream(binary.id ?? '');
	return await ctx.helpers.prepareBinaryData(stream, binary.fileName, binary.mimeType);
}

/**
 * Gives the service access to a file of this execution: a signed URL of this n8n that ends by itself.
 *
 * @throws NodeOperationError, before anything is submitted, when the item has no such file or the service could not
 * fetch it
 */
export async function publishBinary(
	ctx: IExecuteFunctions,
	propertyName: string,
	itemIndex: number,
): Promise<string> {
	const binary = ctx.helpers.assertBinaryData(itemIndex, propertyName);
	const node = ctx.getNode();
	if (binary.id === undefined) {
		throw new NodeOperationError(node, 'This n8n keeps files in memory and cannot hand them out', {
			description:
				"Ask the n8n administrator to set N8N_DEFAULT_BINARY_DATA_MODE to 'filesystem', 'database' or 's3', or set 'Source' to 'URL' and give a link to the file.",
			itemIndex,
		});
	}
	const { saveDataSuccessExecution } = ctx.getWorkflowSettings();
	const waitMode = ctx.getNodeParameter('waitMode', itemIndex, 'poll');
	if (saveDataSuccessExecution === 'none' && waitMode === 'none') {
		throw new NodeOperationError(
			node,
			'The file would be gone before AudioSpliter fetched it: this workflow does not save successful executions',
			{
				description:
					"In the workflow's settings set 'Save successful production executions' to 'Save', or let this node wait for the completion.",
				itemIndex,
			},
		);
	}
	const url = ctx.helpers.createBinarySignedUrl(await withLastingId(ctx, binary), URL_LIFETIME);
	const obstacle = whyUnreachable(url, await readBaseUrl(ctx));
	if (obstacle !== undefined) {
		throw new NodeOperationError(
			node,
			`AudioSpliter cannot fetch files from this n8n: ${obstacle}`,
			{
				description:
					"Files are fetched from n8n's own address. Ask the n8n administrator to set WEBHOOK_URL to the public https address of this n8n, or set 'Source' to 'URL'.",
				itemIndex,
			},
		);
	}
	return url;
}
