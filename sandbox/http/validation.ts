import { ApiError } from '../world/errors';
import type { Switches } from '../world/switches';
import type { CreateRequest, OutputFormat } from '../world/types';

const OUTPUT_FORMATS = ['mp3', 'wav', 'flac', 'ogg', 'aac'];

/** Fields of a create in either mode. */
const FIELDS = ['sourceUrl', 'splitMode', 'outputFormat', 'webhookUrl', 'metadata'];

type Body = Record<string, unknown>;
/** Throws the `ApiError` about a field. */
type Fail = (code: string, field: string, message: string) => never;

/**
 * Checks a create's body as documented. What the service does with a field that it does not know, or that is for the other
 * mode, is not documented: refusing it shows a client that sends one. Throws the `ApiError` to answer with.
 */
export function validateCreate(body: unknown, switches: Switches): CreateRequest {
	const fail: Fail = (code, field, message) => {
		throw new ApiError(switches.validationStatus, code, message, { field });
	};
	if (!isObject(body)) return fail('INVALID_PARAMS', 'body', 'The body must be a JSON object');
	const sourceUrl = readSourceUrl(body, fail);
	const mode = readMode(body, fail);
	refuseOtherFields(body, mode, fail);
	return {
		...{ sourceUrl, ...mode, ...readOutputFormat(body, fail) },
		...{ ...readWebhookUrl(body, switches, fail), ...readMetadata(body, fail) },
	};
}

function readSourceUrl({ sourceUrl }: Body, fail: Fail): string {
	if (typeof sourceUrl !== 'string' || sourceUrl === '') {
		return fail('INVALID_PARAMS', 'sourceUrl', 'sourceUrl is required');
	}
	if (!isHttpUrl(sourceUrl)) {
		return fail('INVALID_URL', 'sourceUrl', 'sourceUrl must be an http or https URL');
	}
	return sourceUrl;
}

type Mode = Pick<CreateRequest, 'splitMode' | 'segmentDuration' | 'maxFileSize'>;

function readMode({ splitMode, segmentDuration, maxFileSize }: Body, fail: Fail): Mode {
	if (splitMode === 'fileSize') {
		if (!isWhole(maxFileSize) || maxFileSize < 1) {
			return fail(
				'INVALID_PARAMS',
				'maxFileSize',
				'maxFileSize must be a positive number of bytes',
			);
		}
		return { splitMode, maxFileSize };
	}
	if (splitMode !== 'duration') {
		return fail('INVALID_PARAMS', 'splitMode', 'splitMode must be "duration" or "fileSize"');
	}
	const field = 'segmentDuration';
	if (!isWhole(segmentDuration)) {
		return fail('INVALID_PARAMS', field, 'segmentDuration must be whole seconds');
	}
	if (segmentDuration < 1) {
		return fail('DURATION_TOO_SHORT', field, 'segmentDuration must be at least 1 second');
	}
	return { splitMode, segmentDuration };
}

function refuseOtherFields(body: Body, mode: Mode, fail: Fail): void {
	const known = [...FIELDS, ...Object.keys(mode)];
	const other = Object.keys(body).find((field) => !known.includes(field));
	if (other !== undefined) fail('INVALID_PARAMS', other, `${other} is not for ${mode.splitMode}`);
}

function readOutputFormat({ outputFormat }: Body, fail: Fail): Partial<CreateRequest> {
	if (outputFormat === undefined) return {};
	if (!OUTPUT_FORMATS.includes(String(outputFormat))) {
		const message = `outputFormat must be one of ${OUTPUT_FORMATS.join(', ')}`;
		return fail('INVALID_FORMAT', 'outputFormat', message);
	}
	return { outputFormat: outputFormat as OutputFormat };
}

function readWebhookUrl({ webhookUrl }: Body, switches: Switches, fail: Fail) {
	if (webhookUrl === undefined) return {};
	const allowed = isHttpUrl(webhookUrl) && (switches.httpWebhooks || /^https:/i.test(webhookUrl));
	if (!allowed) return fail('INVALID_PARAMS', 'webhookUrl', 'webhookUrl must be an https URL');
	return { webhookUrl };
}

function readMetadata({ metadata }: Body, fail: Fail): Partial<CreateRequest> {
	if (metadata === undefined) return {};
	if (!isObject(metadata)) return fail('INVALID_PARAMS', 'metadata', 'metadata must be an object');
	return { metadata };
}

function isObject(value: unknown): value is Body {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHttpUrl(value: unknown): value is string {
	return typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value);
}

function isWhole(value: unknown): value is number {
	return Number.isInteger(value);
}
