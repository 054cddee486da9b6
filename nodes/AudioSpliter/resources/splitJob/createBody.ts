import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { readBaseUrl } from '../../api/client';
import type { CreateJobBody, OutputFormat } from '../../job/types';
import { asText, toNumber } from '../../job/values';
import { publishBinary } from './binarySource';
import { isPrivateAddress } from '../../api/reachable';

/** AudioSpliter's MB: 1024². API: Split by File Size. */
const BYTES_PER_MB = 1_048_576;

const OUTPUT_FORMATS: readonly string[] = ['mp3', 'wav', 'flac', 'ogg', 'aac'];

/** Expressions may give anything for a text. */
interface AdditionalFields {
	outputFormat?: unknown;
	webhookUrl?: unknown;
	metadata?: { values?: Array<{ key?: unknown; value?: unknown }> };
}

/** Reads the parameters of one item into what the API takes. Nothing has been sent when it throws. */
export async function readCreateBody(
	ctx: IExecuteFunctions,
	itemIndex: number,
	resumeUrl: string | undefined,
): Promise<CreateJobBody> {
	const refuse = (message: string, description: string): never => {
		throw new NodeOperationError(ctx.getNode(), message, { description, itemIndex });
	};
	const text = (value: unknown): string | undefined => asText(String(value ?? '').trim());
	const number = (name: string, fallback: number): number =>
		toNumber(ctx.getNodeParameter(name, itemIndex, fallback));

	const readUrl = (label: string, value: unknown): string => {
		if (typeof value !== 'string' && (value ?? '') !== '') {
			refuse(
				`'${label}' is not a web address`,
				`It has to be a text, not ${JSON.stringify(value).slice(0, 100)}.`,
			);
		}
		const url = typeof value === 'string' ? value.trim() : '';
		const isWeb = /^https?:\/\//i.test(url);
		if (isWeb && /\s/.test(url)) {
			refuse(
				`'${label}' has a space in it`,
				'Write it as %20, or use {{ encodeURI(…) }} around the address in an expression.',
			);
		}
		if (!isWeb || !URL.canParse(url)) {
			refuse(
				`'${label}' is not a web address`,
				url === ''
					? 'It is empty. Enter an address that begins with https:// or http://.'
					: 'It must begin with https:// or http:// and the name of a host.',
			);
		}
		return url;
	};

	const readWebhookUrl = async (value: string): Promise<string> => {
		const url = readUrl('Webhook URL', value);
		// Whether http is accepted is not documented, so that it is left to the service.
		if (isPrivateAddress(url) && !isPrivateAddress(await readBaseUrl(ctx))) {
			refuse(
				`AudioSpliter cannot call 'Webhook URL': ${new URL(url).host} is only known inside your own network`,
				"Use an address that can be reached from outside. Of the trigger's URLs it is the one that begins with the public address of this n8n (N8N_WEBHOOK_URL, in older versions WEBHOOK_URL).",
			);
		}
		return url;
	};

	const readSplit = (): Pick<CreateJobBody, 'splitMode' | 'segmentDuration' | 'maxFileSize'> => {
		if (ctx.getNodeParameter('splitMode', itemIndex, 'duration') === 'fileSize') {
			const maxFileSize = Math.floor(number('maxSegmentSize', 25) * BYTES_PER_MB);
			if (!(maxFileSize >= 1)) {
				refuse(
					"'Max Segment Size' is too small or no number",
					'Enter a size in MB, such as 25 or 0.5.',
				);
			}
			return { splitMode: 'fileSize', maxFileSize };
		}
		const segmentDuration = number('segmentDuration', 600);
		if (!Number.isSafeInteger(segmentDuration) || segmentDuration < 1) {
			refuse(
				"'Segment Duration' must be whole seconds, 1 or more",
				'For ten minutes enter 600. AudioSpliter takes no fractions of a second.',
			);
		}
		return { splitMode: 'duration', segmentDuration };
	};

	const readMetadata = (
		entries: Array<{ key?: unknown; value?: unknown }>,
	): Record<string, string> =>
		Object.fromEntries(
			entries.map(({ key, value }) => {
				const name = String(key ?? '').trim();
				if (name === '') refuse("'Metadata' has an entry without a key", 'Name it or remove it.');
				return [
					name,
					typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? ''),
				];
			}),
		);

	const fields = ctx.getNodeParameter('additionalFields', itemIndex, {}) as AdditionalFields;
	const outputFormat = text(fields.outputFormat)?.toLowerCase();
	if (outputFormat !== undefined && !OUTPUT_FORMATS.includes(outputFormat)) {
		refuse(`'Output Format' cannot be ${outputFormat}`, `Use one of ${OUTPUT_FORMATS.join(', ')}.`);
	}
	const entries = fields.metadata?.values ?? [];
	const metadata = entries.length > 0 ? readMetadata(entries) : undefined;
	const ownWebhookUrl = text(fields.webhookUrl);
	const webhookUrl =
		resumeUrl ?? (ownWebhookUrl === undefined ? undefined : await readWebhookUrl(ownWebhookUrl));
	const split = readSplit();
	// Last, since it may store the file anew.
	const sourceUrl =
		ctx.getNodeParameter('source', itemIndex, 'url') === 'binary'
			? await publishBinary(
					ctx,
					ctx.getNodeParameter('binaryPropertyName', itemIndex, 'data') as string | IBinaryData,
					itemIndex,
				)
			: readUrl('Source URL', ctx.getNodeParameter('sourceUrl', itemIndex, ''));

	return {
		sourceUrl,
		...split,
		...(outputFormat !== undefined && { outputFormat: outputFormat as OutputFormat }),
		...(webhookUrl !== undefined && { webhookUrl }),
		...(metadata !== undefined && { metadata }),
	};
}
