/** The documented error envelope: `{ "error": { … } }`. `retryAfter` is in seconds and only on 429. */
export interface ErrorEnvelope {
	error: {
		code: string;
		message: string;
		status: number;
		details?: Record<string, unknown>;
		retryAfter?: number;
	};
}

/** An answer of the API that is an error: thrown by a route, turned into the envelope by the server. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly details?: Record<string, unknown>,
	) {
		super(message);
		this.name = 'ApiError';
	}
}

/** The reason why a job's processing ends as `failed`; never an HTTP error. */
export class JobError extends Error {
	constructor(
		readonly code: string,
		message: string,
		readonly details?: Record<string, unknown>,
	) {
		super(message);
		this.name = 'JobError';
	}
}

/** Builds the documented envelope. */
export function envelope(
	status: number,
	code: string,
	message: string,
	extra: { details?: Record<string, unknown>; retryAfter?: number } = {},
): ErrorEnvelope {
	return { error: { code, message, status, ...extra } };
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
