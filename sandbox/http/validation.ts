import { ApiError } from '../world/errors';
import type { Switches } from '../world/switches';
import type { CreateRequest, OutputFormat } from '../world/types';

const OUTPUT_FORMATS = ['mp3', 'wav', 'flac', 'ogg', 'aac'];

/** Fields of a create in either mode. */
const FIELDS = ['sourceUrl', 'splitMode', 'outputFormat', 'webhookUrl', 'metadata'];

/**
 * Checks a create's body as documented. What the service does with a field that it does not know, or that is for the other
 * mode, is not documented: refusing it shows a client that sends one. Throws the `ApiError` to answer with. */
export function validateCreate(body: unknown, switches: Switches): CreateRequest {
	const fail = (code: string, field: string, message: string): never => {
		throw new ApiError(switches.validationStatus, code, message, { field });
	};
	if (!isObject(body)) return fail('INVALID_PARAMS', 'body', 'The body must be a JSON object');
	const { sourceUrl, splitMode, segmentDuration, maxFileSize, outputFormat, webhookUrl, metadata } =
		body;

	if (typeof sourceUrl !== 'string' || sourceUrl === '') {
		return fail('INVALID_PARAMS', 'sourceUrl', 'sourceUrl is required');
	}
	if (!isHttpUrl(sourceUrl)) {
		return fail('INVALID_URL', 'sourceUrl', 'sourceUrl must be an http or https URL');
	}
	if (splitMode !== 'duration' && splitMode !== 'fileSize') {
		return fail('INVALID_PARAMS', 'splitMode', 'splitMode must be "duration" or "fileSize"');
	}
	if (splitMode === 'duration') {
		if (!Number.isInteger(segmentDuration)) {
			fail('INVALID_PARAMS', 'segmentDuration', 'segmentDuration must be whole seconds');
		}
		if (Number(segmentDuration) < 1) {
			fail('DURATION_TOO_SHORT', 'segmentDuration', 'segmentDuration must be at least 1 second');
		}
	} else if (!Number.isInteger(maxFileSize) || Number(maxFileSize) < 1) {
		fail('INVALID_PARAMS', 'maxFileSize', 'maxFileSize must be a positive number of bytes');
	}
	const modeField = splitMode === 'duration' ? 'segmentDuration' : 'maxFileSize';
	const other = Object.keys(body).find((field) => ![...FIELDS, modeField].includes(field));
	if (other !== undefined) fail('INVALID_PARAMS', other, `${other} is not for ${splitMode}`);
	if (outputFormat !== undefined && !OUTPUT_FORMATS.includes(String(outputFormat))) {
		fail(
			'INVALID_FORMAT',
			'outputFormat',
			`outputFormat must be one of ${OUTPUT_FORMATS.join(', ')}`,
		);
	}
	if (webhookUrl !== undefined) {
		const allowed = isHttpUrl(webhookUrl) && (switches.httpWebhooks || /^https:/i.test(webhookUrl));
		if (!allowed) fail('INVALID_PARAMS', 'webhookUrl', 'webhookUrl must be an https URL');
	}
	if (metadata !== undefined && !isObject(metadata)) {
		fail('INVALID_PARAMS', 'metadata', 'metadata must be an object');
	}
	return {
		sourceUrl,
		splitMode,
		...(splitMode === 'duration'
			? { segmentDuration: Number(segmentDuration) }
			: { maxFileSize: Number(maxFileSize) }),
		...(outputFormat !== undefined && { outputFormat: outputFormat as OutputFormat }),
		...(webhookUrl !== undefined && { webhookUrl: String(webhookUrl) }),
		...(isObject(metadata) && { metadata }),
	};
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHttpUrl(value: unknown): value is string {
	return typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value);
}
