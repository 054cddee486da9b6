import type { AxiosInstance, AxiosResponse } from 'axios';
import axios from 'axios';
import { setTimeout as sleep } from 'node:timers/promises';

/** The login of a local n8n's owner: it listens on loopback and is thrown away, so it is no secret. */
export const OWNER = {
	email: 'owner@example.com',
	firstName: 'Local',
	lastName: 'Owner',
	password: 'Local-owner-1',
} as const;

/** n8n ties a login to the browser that made it. */
export const BROWSER_ID = 'n8n-nodes-audiospliter-harness';

/** Milliseconds after which an answer of n8n's is not waited for any longer. */
const ANSWER_LIMIT = 60_000;

/** Times that a call is made at most while n8n's database does not answer, and milliseconds between two. */
const [MOST_CALLS, CALLED_EVERY] = [60, 500];

/** A call to n8n's REST API that was not answered with a 2xx. */
export class N8nRequestError extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

/** A logged-in session on n8n's internal REST API. */
export interface Session {
	http: AxiosInstance;
	/** The login's cookie, for another session on the same n8n. */
	cookie: string;
	/** Sends a request and unwraps n8n's `{ data }`. @throws N8nRequestError */
	call<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

const failure = (
	method: string,
	path: string,
	{ status, data }: AxiosResponse,
): N8nRequestError => {
	const said =
		(data as { message?: string } | undefined)?.message ?? JSON.stringify(data)?.slice(0, 300);
	return new N8nRequestError(status, `n8n answered ${status} to ${method} ${path}: ${said}`);
};

/** Whether n8n says, before it looks at a request, that its database does not answer in time: on a busy machine it does soon. */
const isDatabaseAway = ({ status, data }: AxiosResponse): boolean =>
	status === 503 &&
	(data as { message?: string } | undefined)?.message === 'Database is not ready!';

const cookieOf = ({ headers }: AxiosResponse): string =>
	(headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]).join('; ');

/**
 * Creates the owner where there is none yet, or logs in.
 *
 * @param cookie of an earlier session on the same n8n: it allows only five logins a minute
 */
export const openSession = async (url: string, cookie?: string): Promise<Session> => {
	const http = axios.create({
		baseURL: url,
		headers: { 'browser-id': BROWSER_ID },
		proxy: false,
		validateStatus: () => true,
		timeout: ANSWER_LIMIT,
	});
	const { email, firstName, lastName, password } = OWNER;

	const logIn = async (): Promise<string> => {
		const setup = { email, firstName, lastName, password };
		const created = await http.post('/rest/owner/setup', setup);
		if (created.status === 200) return cookieOf(created);
		// 400: this user folder has had its owner since an earlier start.
		if (created.status !== 400) throw failure('POST', '/rest/owner/setup', created);
		const entered = await http.post('/rest/login', { emailOrLdapLoginId: email, password });
		if (entered.status !== 200) throw failure('POST', '/rest/login', entered);
		return cookieOf(entered);
	};
	const login = cookie ?? (await logIn());
	http.defaults.headers.common.cookie = login;

	return {
		http,
		cookie: login,
		call: async <T>(method: string, path: string, body?: unknown): Promise<T> => {
			const send = async () => await http.request({ method, url: path, data: body });
			let response = await send();
			for (let calls = 1; calls < MOST_CALLS && isDatabaseAway(response); calls++) {
				await sleep(CALLED_EVERY);
				response = await send();
			}
			if (response.status < 200 || response.status > 299) throw failure(method, path, response);
			return (response.data as { data: T }).data;
		},
	};
};
