import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { CreateJobBody, OutputFormat } from '../../job/types';
import { asText } from '../../job/values';
import { refusal } from '../../n8n/errors';
import { readNumber } from '../../n8n/parameters';
import { toSourceUrl, toWebhookUrl } from './addresses';
import { publishBinary } from './binarySource';
import type { MetadataEntry } from './metadata';
import { toMetadata } from './metadata';

/** AudioSpliter's MB: 1024². API: Split by File Size. */
const BYTES_PER_MB = 1_048_576;

const OUTPUT_FORMATS: readonly string[] = ['mp3', 'wav', 'flac', 'ogg', 'aac'];

/** Expressions may give anything for a text. */
interface AdditionalFields {
	outputFormat?: unknown;
	webhookUrl?: unknown;
	metadata?: { values?: MetadataEntry[] };
}

/** The text without blanks around it, or undefined for an empty one. */
const toText = (value: unknown): string | undefined => asText(String(value ?? '').trim());

function toOutputFormat(
	ctx: IExecuteFunctions,
	value: unknown,
	itemIndex: number,
): OutputFormat | undefined {
	const format = toText(value)?.toLowerCase();
	if (format !== undefined && !OUTPUT_FORMATS.includes(format)) {
		throw refusal(
			ctx,
			`'Output Format' cannot be ${format}`,
			`Use one of ${OUTPUT_FORMATS.join(', ')}.`,
			itemIndex,
		);
	}
	return format as OutputFormat | undefined;
}

function readSplit(
	ctx: IExecuteFunctions,
	itemIndex: number,
): Pick<CreateJobBody, 'splitMode' | 'segmentDuration' | 'maxFileSize'> {
	if (ctx.getNodeParameter('splitMode', itemIndex, 'duration') === 'fileSize') {
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
	if (ctx.getNodeParameter('source', itemIndex, 'url') === 'binary') {
		const file = ctx.getNodeParameter('binaryPropertyName', itemIndex, 'data');
		return await publishBinary(ctx, file as string | IBinaryData, itemIndex);
	}
	return toSourceUrl(ctx, ctx.getNodeParameter('sourceUrl', itemIndex, ''), itemIndex);
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
	const outputFormat = toOutputFormat(ctx, fields.outputFormat, itemIndex);
	const metadata = toMetadata(ctx, fields.metadata?.values ?? [], itemIndex);
	const ownWebhookUrl = toText(fields.webhookUrl);
	const webhookUrl =
		resumeUrl ?? (ownWebhookUrl && (await toWebhookUrl(ctx, ownWebhookUrl, itemIndex)));
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
