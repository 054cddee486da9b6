import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Keys } from './auth';
import type { LoggedRequest, Origin } from './types';

const MOST_ENTRIES = 20_000;

export interface RequestLog {
	/** Logs a request now; its status follows when the answer has been sent. */
	add(origin: Origin, request: IncomingMessage, response: ServerResponse): LoggedRequest;
	list(): LoggedRequest[];
	clear(): void;
}

/** A log of the latest 20,000 requests. Keys are told apart in `apiKey`, not kept in `headers`. */
export function createRequestLog(keys: Keys): RequestLog {
	let entries: LoggedRequest[] = [];
	return {
		add(origin, request, response) {
			const key = request.headers['x-api-key'];
			const headers = Object.entries(request.headers)
				.filter(([name]) => name !== 'x-api-key')
				.map(([name, value]) => [name, String(value)]);
			const entry: LoggedRequest = {
				origin,
				time: Date.now(),
				method: request.method ?? '',
				path: request.url ?? '',
				status: null,
				apiKey: key === undefined ? 'none' : keys.has(String(key)) ? 'known' : 'unknown',
				headers: Object.fromEntries(headers) as Record<string, string>,
			};
			entries.push(entry);
			if (entries.length > MOST_ENTRIES) entries = entries.slice(-MOST_ENTRIES / 2);
			response.once('finish', () => {
				entry.status = response.statusCode;
			});
			return entry;
		},
		list: () => [...entries],
		clear() {
			entries = [];
		},
	};
}
