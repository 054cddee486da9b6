import type { IExecuteFunctions } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

/** What the fake service answers to one request. */
export interface Answer {
	status?: number;
	headers?: Record<string, string>;
	body?: unknown;
	/** Instead of an answer. */
	error?: Error;
}

export interface SentRequest {
	method?: string;
	url: string;
	qs?: Record<string, unknown>;
	headers?: Record<string, unknown>;
}

/** An execution's context with a fake service behind its authenticated requests. */
export const apiContext = (answer: (request: SentRequest) => Answer, more: object = {}) => {
	const sent: SentRequest[] = [];
	// A key of its own: the request budgets of this process are kept per key.
	const apiKey = randomUUID();
	const ctx = {
		getNode: () => ({ id: '1', name: 'AudioSpliter', type: 'audioSpliter', typeVersion: 1 }),
		getCredentials: async () => ({ apiKey, baseUrl: 'https://api.example.com/api/v1/' }),
		getExecutionCancelSignal: () => undefined,
		getTimezone: () => 'Europe/Berlin',
		addExecutionHints: () => undefined,
		logger: { debug: () => undefined },
		helpers: {
			httpRequestWithAuthentication: async (_type: string, request: SentRequest) => {
				sent.push(request);
				const { status = 200, headers = {}, body, error } = answer(request);
				if (error !== undefined) throw error;
				return { statusCode: status, headers, body };
			},
		},
		...more,
	} as unknown as IExecuteFunctions;
	return { ctx, sent };
};
