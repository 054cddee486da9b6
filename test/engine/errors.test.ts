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
		expect(error?.description).toMatch(/shares the plan's requests per minute/);
		const failure = { cause: 'rate-limited', retryAfterMs: expect.any(Number) as number };
		expect(error?.failure).toEqual(failure);
	});
});

describe('a create that ends without a clear answer', () => {
	it.each([
		['create-succeeds-but-500', /^AudioSpliter is not available .* \(INTERNAL_ERROR\)$/],
		['create-succeeds-but-connection-drops', /broke \(ECONNRESET\)$/],
	])('is not sent again, since there is a job (%s)', async (fault, message) => {
		const known = stage.sandbox.jobs().length;
		stage.sandbox.fault(fault);
		const { error } = await runAction(stage, { ...create(), waitMode: 'none' });
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(/^A job may exist all the same\./);
		const calls = stage.sandbox.requests().filter(({ origin }) => origin === 'api');
		expect(calls.map(({ method }) => method)).toEqual(['POST']);
		expect(stage.sandbox.jobs()).toHaveLength(known + 1);
	});
});

describe('an answer that is none of the API', () => {
	it('is told by its status when it is a page of a proxy', async () => {
		stage.sandbox.fault('html-error', { status: 404 });
		const { error } = await runAction(stage, get());
		expect(error?.message).toBe('AudioSpliter did not find what was asked for (HTTP 404)');
	});

	it('is told of when it is a page with a 200', async () => {
		stage.sandbox.fault('html-error', { status: 200 });
		const { error } = await runAction(stage, get());
		expect(error?.message).toBe('AudioSpliter answered without a job');
		expect(error?.description).toMatch(/another server may be answering/);
		stage.sandbox.fault('html-error', { status: 200 });
		const list = await runAction(stage, { resource: 'splitJob', operation: 'getAll' });
		expect(list.error?.message).toBe('AudioSpliter answered without a list of jobs');
	});

	it('is told of at once when the server does not speak https', async () => {
		const credential = await sandboxCredential(stage.runner, stage.sandbox, {
			baseUrl: stage.sandbox.baseUrl.replace('http:', 'https:'),
		});
		const { error } = await runAction({ ...stage, credential }, get());
		expect(error?.message).toBe('No encrypted connection to AudioSpliter came about');
		expect(error?.failure).toEqual({ cause: 'configuration-invalid' });
	});

	it('is not followed when it leads elsewhere', async () => {
		stage.sandbox.fault('redirect', { count: 'always' });
		const { error } = await runAction(stage, get());
		expect(error?.message).toBe('AudioSpliter answered with a redirect (HTTP 302)');
		expect(error?.description).toMatch(/not sent on to another address/);
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
			['connection-reset', {}, /^The connection to AudioSpliter broke \(ECONNRESET\)$/],
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
