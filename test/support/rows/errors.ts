/** An error that the API documents, or one that it does not, and what the node says. */
export interface ApiErrorRow {
	status: number;
	code: string;
	/** How the message begins. */
	message: RegExp;
	/** A part of the description. */
	advice: RegExp;
	/** What the node declares as the failure's cause, for n8n. */
	failure?: object;
}

const credential = { cause: 'credential-invalid' };
const configuration = { cause: 'configuration-invalid' };
const quota = { cause: 'quota-exhausted' };

const row = (
	status: number,
	code: string,
	message: RegExp,
	advice: RegExp,
	failure?: object,
): ApiErrorRow => ({ status, code, message, advice, ...(failure && { failure }) });

/** Every error that the API documents, and a few that it may come to have. */
export const API_ERRORS: ApiErrorRow[] = [
	row(401, 'UNAUTHORIZED', /^The API key was refused/, /paste a valid key/, credential),
	row(401, 'TOKEN_EXPIRED', /^The API key has expired/, /paste a valid key/, credential),
	row(401, 'KEY_REVOKED', /^The API key has been revoked/, /paste a valid key/, credential),
	row(403, 'INSUFFICIENT_SCOPE', /^The API key is not allowed/, /splits:write/, credential),
	row(
		400,
		'INVALID_PARAMS',
		/^AudioSpliter did not accept the/,
		/Check this node's parameters/,
		configuration,
	),
	row(400, 'INVALID_FORMAT', /^The audio format is not/, /convert it first/),
	row(400, 'UNSUPPORTED_FORMAT', /^The audio format is not/, /convert it first/),
	row(422, 'INVALID_URL', /^AudioSpliter could not reach/, /direct link/),
	row(422, 'DURATION_TOO_SHORT', /^The segment duration is too short/, /1 second/),
	row(422, 'DURATION_TOO_LONG', /^The segment duration is longer/, /less than/),
	row(404, 'JOB_NOT_FOUND', /^The job was not found/, /90 days/, configuration),
	row(404, 'NOT_FOUND', /^AudioSpliter could not find/, /base URL/, configuration),
	row(409, 'JOB_ALREADY_PROCESSING', /^The job is being processed/, /Wait until/),
	row(400, 'JOB_FAILED', /^The job failed/, /complete audio file/),
	row(410, 'DOWNLOAD_EXPIRED', /^The download link has expired/, /24 hours/),
	row(402, 'QUOTA_EXCEEDED', /^This month's minutes are used up/, /Upgrade/, quota),
	row(402, 'PAYMENT_REQUIRED', /^AudioSpliter requires payment/, /invoices/, quota),
	row(413, 'FILE_TOO_LARGE', /^The source file is too large/, /Pro 2 GB/),
	row(400, 'CORRUPT_FILE', /^The source could not be decoded/, /plays/),
	row(400, 'DOWNLOAD_FAILED', /^AudioSpliter could not download/, /direct link/),
	row(409, 'ALREADY_SUBSCRIBED', /^AudioSpliter cannot do this/, /Get the job/),
	row(418, 'BRAND_NEW', /^AudioSpliter did not accept the request/, /parameters/),
	row(409, 'BRAND_NEW', /^AudioSpliter cannot do this/, /Get the job/),
	row(403, 'BRAND_NEW', /^The API key is not allowed/, /splits:write/, credential),
];
