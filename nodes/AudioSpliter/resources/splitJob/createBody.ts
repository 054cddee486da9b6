import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { CreateJobBody, OutputFormat } from '../../job/types';
import { readNumber, readOption, toOption } from '../../n8n/parameters';
import { toSourceUrl, toWebhookUrl } from './addresses';
import { publishBinary } from './binarySource';
import { OUTPUT_FORMAT, SOURCE, SPLIT_MODE } from './createFields';
import type { MetadataEntry } from './metadata';
import { toMetadata } from './metadata';

/** AudioSpliter's MB: 1024². API: Split by File Size. */
export const BYTES_PER_MB = 1_048_576;

/** Expressions may give anything for a text. A field that was not added is not there. */
interface AdditionalFields {
	outputFormat?: unknown;
	webhookUrl?: unknown;
	metadata?: { values?: MetadataEntry[] };
}

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/**
 * Also understands a format as an extension or in capitals. Empty means none: the segments keep the source's format.
 *
 * @throws NodeOperationError for a format that the service cannot write, and for an expression that gives nothing
 */
function readOutputFormat(
	ctx: IExecuteFunctions,
	fields: AdditionalFields,
	itemIndex: number,
): OutputFormat | undefined {
	const { outputFormat: value } = fields;
	if (!('outputFormat' in fields) || isBlank(value)) return undefined;
	const format = typeof value === 'string' ? value.trim().toLowerCase().replace(/^\./, '') : value;
	const known = OUTPUT_FORMAT.allowed.find((allowed) => allowed === format);
	// The error quotes what was given.
	return known ?? toOption(ctx, value, OUTPUT_FORMAT, itemIndex);
}

/** Empty means none. */
async function readWebhookUrl(
	ctx: IExecuteFunctions,
	fields: AdditionalFields,
	itemIndex: number,
): Promise<string | undefined> {
	const { webhookUrl } = fields;
	if (!('webhookUrl' in fields) || isBlank(webhookUrl)) return undefined;
	return await toWebhookUrl(ctx, webhookUrl, itemIndex);
}

function readSplit(
	ctx: IExecuteFunctions,
	itemIndex: number,
): Pick<CreateJobBody, 'splitMode' | 'segmentDuration' | 'maxFileSize'> {
	if (readOption(ctx, 'splitMode', itemIndex, SPLIT_MODE) === 'fileSize') {
		const megabytes = readNumber(ctx, 'maxSegmentSize', itemIndex, {
			label: 'Max Segment Size',
			wanted: 'a number of MB above 0',
			accepts: (size) => size * BYTES_PER_MB >= 1,
			advice: 'Enter a size in MB, such as 25 or 0.5.',
			fallback: 25,
		});
		return { splitMode: 'fileSize', maxFileSize: Math.floor(megabytes * BYTES_PER_MB) };
	}
	const segmentDuration = readNumber(ctx, 'segmentDuration', itemIndex, {
		label: 'Segment Duration',
		wanted: 'whole seconds, 1 or more',
		accepts: (seconds) => Number.isSafeInteger(seconds) && seconds >= 1,
		advice: 'For ten minutes enter 600. AudioSpliter takes no fractions of a second.',
		fallback: 600,
	});
	return { splitMode: 'duration', segmentDuration };
}

async function readSource(ctx: IExecuteFunctions, itemIndex: number): Promise<string> {
	if (readOption(ctx, 'source', itemIndex, SOURCE) === 'binary') {
		const file = ctx.getNodeParameter('binaryPropertyName', itemIndex, 'data');
		return await publishBinary(ctx, file as string | IBinaryData, itemIndex);
	}
	return await toSourceUrl(ctx, ctx.getNodeParameter('sourceUrl', itemIndex, ''), itemIndex);
}

/**
 * Reads the parameters of one item into what the API takes. Nothing has been sent when it throws.
 *
 * @param resumeUrl the address that continues a paused execution: it takes the place of the user's own webhook URL
 * @throws NodeOperationError that says which parameter cannot be used
 */
export async function readCreateBody(
	ctx: IExecuteFunctions,
	itemIndex: number,
	resumeUrl: string | undefined,
): Promise<CreateJobBody> {
	const fields = ctx.getNodeParameter('additionalFields', itemIndex, {}) as AdditionalFields;
	const outputFormat = readOutputFormat(ctx, fields, itemIndex);
	const metadata = toMetadata(ctx, fields.metadata?.values ?? [], itemIndex);
	const webhookUrl = resumeUrl ?? (await readWebhookUrl(ctx, fields, itemIndex));
	const split = readSplit(ctx, itemIndex);
	// The source comes last: a file may have to be stored anew, which nobody should wait for in vain.
	const sourceUrl = await readSource(ctx, itemIndex);
	return {
		sourceUrl,
		...split,
		...(outputFormat !== undefined && { outputFormat }),
		...(webhookUrl !== undefined && { webhookUrl }),
		...(metadata !== undefined && { metadata }),
	};
}
