import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { API_ERRORS } from '../support/rows/errors';
import { callsTo, RECORDING } from '../support/sandbox';
import { byId, runAction } from '../support/action';
import { requestsThatLeakTheKey } from '../support/secrecy';
import { useEngine } from './support/stage';

const stage = useEngine();

const get = (): INodeParameters => ({
	resource: 'splitJob',
	operation: 'get',
	jobId: byId('job_1'),
});
const create = (): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: stage.sandbox.fileUrl(RECORDING),
	segmentDuration: 5,
	waitOptions: { pollInterval: 1 },
});

/** A key of its own, since a refused or limited one would hold up the other tests. */
const ownKey = async (options: object) => {
	const key = `as_test_sk_${Math.random()}`;
	stage.sandbox.addKey({ key, ...options });
	return {
		...stage,
		credential: await sandboxCredential(stage.runner, stage.sandbox, { apiKey: key }),
	};
};

afterAll(() => {
	expect(stage.runner.executionsWith(stage.sandbox.apiKey)).toBe(0);
	expect(stage.runner.executionsWith('X-API-Key')).toBe(0);
	// The search does find what is there.
	expect(stage.runner.executionsWith('The API key was refused')).toBeGreaterThan(0);
});

describe('an error of the API', () => {
	it.each(API_ERRORS)(
		'$status $code says what happened and what to do',
		async ({ status, code, message, advice, failure }) => {
			stage.sandbox.fault('error', { status, code, message: 'Words of the service' });
			const { error } = await runAction(stage, get());
			expect(error?.name).toBe('NodeApiError');
			expect(error?.message).toMatch(message);
			expect(error?.message).toMatch(new RegExp(`: Words of the service \\(${code}\\)$`));
			expect(error?.description).toMatch(advice);
			expect(error?.httpCode).toBe(String(status));
			expect(error?.context?.itemIndex).toBe(0);
			expect(error?.failure).toEqual(failure);
			expect(callsTo(stage.sandbox)).toHaveLength(1);
		},
	);

	it.each([
		['a scope', { scopes: ['splits:read'] }, create, /splits:write \(INSUFFICIENT_SCOPE\)$/],
		['its validity', { revoked: true }, get, /revoked \(KEY_REVOKED\)$/],
	])('tells that the key lacks %s', async (_what, options, parameters, message) => {
		const { error } = await runAction(await ownKey(options), parameters());
		expect(error?.message).toMatch(message);
	});

	it('gives up on a limit that ends too late, and says when it does', async () => {
		stage.sandbox.fault('rate-limit', { retryAfterSeconds: 600 });
		const { error } = await runAction(await ownKey({}), get());
		expect(error?.message).toMatch(/^Too many requests with this API key/);
		expect(error?.description).toMatch(/share the plan's requests per minute/);
		const failure = { cause: 'rate-limited', retryAfterMs: expect.any(Number) as number };
		expect(error?.failure).toEqual(failure);
	});
});

describe('a create that ends without a clear answer', () => {
	it.each([
		['create-succeeds-but-500', /^AudioSpliter is not available .* \(INTERNAL_ERROR\)\. /],
		['create-succeeds-but-connection-drops', /interrupted \(ECONNRESET\)\. /],
	])('is not sent again, and names the job that there is (%s)', async (fault, message) => {
		const known = stage.sandbox.jobs().length;
		stage.sandbox.fault(fault);
		const { error } = await runAction(stage, { ...create(), waitMode: 'none' });
		expect(error?.message).toMatch(message);
		const calls = stage.sandbox.requests().filter(({ origin }) => origin === 'api');
		expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
		expect(stage.sandbox.jobs()).toHaveLength(known + 1);
		const { id } = stage.sandbox.jobs().at(-1) ?? {};
		// A job of the same second may stand beside it.
		expect(error?.message).toMatch(new RegExp(`\\. Created since then: ${id} \\(\\w+\\)`));
		expect(error?.description).toMatch(/^A job may have been created anyway: /);
	});

	it('says how to look where the list cannot be read, and asks for it once', async () => {
		stage.sandbox.fault('create-succeeds-but-500');
		stage.sandbox.fault('unavailable', { match: { method: 'GET' } });
		const { error } = await runAction(stage, { ...create(), waitMode: 'none' });
		expect(error?.message).toMatch(/\(INTERNAL_ERROR\)$/);
		expect(error?.description).toMatch(/^A job may have been created anyway\. Look for it/);
		const calls = stage.sandbox.requests().filter(({ origin }) => origin === 'api');
		expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
	});

	it('says that a job may exist where the execution is cancelled meanwhile', async () => {
		stage.sandbox.fault('create-succeeds-but-times-out');
		// n8n ends the execution then.
		const settings = { executionTimeout: 2 };
		const { execution, error } = await runAction(
			stage,
			{ ...create(), waitMode: 'none' },
			{ settings },
		);
		expect(execution.status).toBe('canceled');
		expect(error?.message).toBe('The execution was cancelled while a job was being submitted');
		expect(error?.description).toMatch(/^A job may have been created anyway\. Look for it/);
	});
});

describe('an answer that is none of the API', () => {
	it.each([401, 403, 404, 407, 413])(
		'is told as that, with its status, when it is a page with %i',
		async (status) => {
			stage.sandbox.fault('html-error', { status });
			const { error } = await runAction(stage, get());
			expect(error?.message).toBe(
				`Something between n8n and AudioSpliter answered, such as a proxy or a firewall (HTTP ${status})`,
			);
			expect(error?.description).not.toMatch(/API key|scope|plan/);
			expect(error?.failure).toEqual({ cause: 'configuration-invalid' });
		},
	);

	it.each([403, 404])('does not end a wait when it is a page with %i', async (status) => {
		const match = { method: 'GET' };
		stage.sandbox.fault('html-error', { status, match, count: 2 });
		const { json } = await runAction(stage, create());
		expect(json).toMatchObject([{ status: 'completed' }]);
		const pages = stage.sandbox.requests().filter((request) => request.status === status);
		expect(pages).toHaveLength(2);
	});

	it('is told of when it is a page with a 200', async () => {
		stage.sandbox.fault('html-error', { status: 200 });
		const { error } = await runAction(stage, get());
		expect(error?.message).toBe('The answer was not a job');
		expect(error?.description).toMatch(/another server at the credential's base URL/);
		stage.sandbox.fault('html-error', { status: 200 });
		const list = await runAction(stage, { resource: 'splitJob', operation: 'getAll' });
		expect(list.error?.message).toBe('The answer was not a list of jobs');
	});

	it('is told of at once when the server does not speak https', async () => {
		const credential = await sandboxCredential(stage.runner, stage.sandbox, {
			baseUrl: stage.sandbox.baseUrl.replace('http:', 'https:'),
		});
		const { error } = await runAction({ ...stage, credential }, get());
		expect(error?.message).toBe('Could not establish a TLS connection to AudioSpliter');
		expect(error?.failure).toEqual({ cause: 'configuration-invalid' });
	});

	it('is not followed when it leads elsewhere', async () => {
		stage.sandbox.fault('redirect', { count: 'always' });
		const { error } = await runAction(stage, get());
		expect(error?.message).toBe('The answer was a redirect (HTTP 302)');
		expect(error?.description).toMatch(/does not send the API key on/);
		expect(callsTo(stage.sandbox).map(({ origin }) => origin)).toEqual(['api']);
		expect(requestsThatLeakTheKey(stage)).toEqual([]);
	});

	it('is asked for again, a few times, when the service is not available', async () => {
		const closed = await sandboxCredential(stage.runner, stage.sandbox, {
			baseUrl: 'http://127.0.0.1:1/api/v1',
		});
		const cases: Array<[fault: string, options: object, message: RegExp]> = [
			['server-error', {}, /^AudioSpliter is not available .*: .*\(INTERNAL_ERROR\)$/],
			['unavailable', { retryAfterSeconds: 1 }, /not available .*: .*\(SERVICE_UNAVAILABLE\)$/],
			['html-error', { status: 502 }, /^AudioSpliter is not available .* \(HTTP 502\)$/],
			['connection-reset', {}, /^The connection to AudioSpliter was interrupted \(ECONNRESET\)$/],
			['closed-port', {}, /^AudioSpliter refused the connection \(ECONNREFUSED\)$/],
		];
		await Promise.all(
			cases.map(async ([fault, options, message]) => {
				const isClosed = fault === 'closed-port';
				const credential = isClosed ? closed : stage.credential;
				if (!isClosed) {
					stage.sandbox.fault(fault, { count: 'always', match: { path: fault }, ...options });
				}
				const { error } = await runAction(
					{ ...stage, credential },
					{ ...get(), jobId: byId(fault) },
				);
				expect(error?.message).toMatch(message);
				expect(error?.description).toBeTruthy();
				expect(error?.failure).toEqual(
					expect.objectContaining({ cause: 'temporarily-unavailable' }),
				);
				const tries = stage.sandbox.requests().filter(({ path }) => path.endsWith(fault));
				expect([fault, tries.length]).toEqual([fault, isClosed ? 0 : 4]);
			}),
		);
	});

	it.each(['server-error', 'html-error', 'connection-reset'])(
		'passes when %s comes once',
		async (fault) => {
			const { id } = stage.sandbox.addSyntheticJob();
			stage.sandbox.fault(fault);
			const { json } = await runAction(stage, { ...get(), jobId: byId(id) });
			expect(json[0]?.id).toBe(id);
		},
	);
});

describe('a job that fails', () => {
	it.each(['CORRUPT_FILE', 'UNSUPPORTED_FORMAT', 'DOWNLOAD_FAILED', 'DURATION_TOO_LONG', 'NEW'])(
		'with %s is an error that names code, message and job',
		async (code) => {
			stage.sandbox.nextJobs({ failWith: { code, message: 'Words of the service' } });
			const { error } = await runAction(stage, create());
			const { id } = stage.sandbox.jobs().at(-1) ?? {};
			expect(error?.message).toMatch(
				new RegExp(`: Words of the service \\(${code}\\) \\[job ${id}\\]$`),
			);
			expect(error?.description).toBeTruthy();
			expect(error?.context?.itemIndex).toBe(0);
		},
	);
});
