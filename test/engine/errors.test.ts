import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { API_ERRORS } from '../support/rows/errors';
import { callsTo, RECORDING } from '../support/sandbox';
import { byId, runAction } from '../support/action';
import { requestsThatLeakTheKey } from '../support/secrecy';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';

const get = (): INodeParameters => ({
	resource: 'splitJob',
	operation: 'get',
	jobId: byId('job_1'),
});
const create = (stage: EngineStage): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: stage.sandbox.fileUrl(RECORDING),
	segmentDuration: 5,
	waitOptions: { pollInterval: 1 },
});

/** A key of its own, since a refused or limited one would hold up the other tests. */
const ownKey = async (stage: EngineStage, options: object) => {
	const key = `as_test_sk_${Math.random()}`;
	stage.sandbox.addKey({ key, ...options });
	return {
		...stage,
		credential: await sandboxCredential(stage.runner, stage.sandbox, { apiKey: key }),
	};
};

describe('an error of the API', () => {
	it.concurrent.each(API_ERRORS)(
		'$status $code says what happened and what to do',
		onStage(async (stage, { status, code, message, advice, failure }) => {
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
			// The search for the API key does find what is there.
			expect(stage.runner.executionsWith('Words of the service')).toBe(1);
		}),
	);

	it.concurrent.each([
		['a scope', { scopes: ['splits:read'] }, create, /splits:write \(INSUFFICIENT_SCOPE\)$/],
		['its validity', { revoked: true }, get, /revoked \(KEY_REVOKED\)$/],
	])(
		'tells that the key lacks %s',
		onStage(async (stage, _what, options, parameters, message) => {
			const { error } = await runAction(await ownKey(stage, options), parameters(stage));
			expect(error?.message).toMatch(message);
		}),
	);

	it.concurrent(
		'gives up on a limit that ends too late, and says when it does',
		onStage(async (stage) => {
			stage.sandbox.fault('rate-limit', { retryAfterSeconds: 600 });
			const { error } = await runAction(await ownKey(stage, {}), get());
			expect(error?.message).toMatch(/^Too many requests with this API key/);
			expect(error?.description).toMatch(/share the plan's requests per minute/);
			const failure = { cause: 'rate-limited', retryAfterMs: expect.any(Number) as number };
			expect(error?.failure).toEqual(failure);
		}),
	);
});

describe('a create that ends without a clear answer', () => {
	it.concurrent.each([
		['create-succeeds-but-500', /^AudioSpliter is not available .* \(INTERNAL_ERROR\)\. /],
		['create-succeeds-but-connection-drops', /interrupted \(ECONNRESET\)\. /],
	])(
		'is not sent again, and names the job that there is (%s)',
		onStage(async (stage, fault, message) => {
			const known = stage.sandbox.jobs().length;
			stage.sandbox.fault(fault);
			const { error } = await runAction(stage, { ...create(stage), waitMode: 'none' });
			expect(error?.message).toMatch(message);
			const calls = stage.sandbox.requests().filter(({ origin }) => origin === 'api');
			expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
			expect(stage.sandbox.jobs()).toHaveLength(known + 1);
			const { id } = stage.sandbox.jobs().at(-1) ?? {};
			// A job of the same second may stand beside it.
			expect(error?.message).toMatch(new RegExp(`\\. Created since then: ${id} \\(\\w+\\)`));
			expect(error?.description).toMatch(/^A job may have been created anyway: /);
		}),
	);

	it.concurrent(
		'says how to look where the list cannot be read, and asks for it once',
		onStage(async (stage) => {
			stage.sandbox.fault('create-succeeds-but-500');
			stage.sandbox.fault('unavailable', { match: { method: 'GET' } });
			const { error } = await runAction(stage, { ...create(stage), waitMode: 'none' });
			expect(error?.message).toMatch(/\(INTERNAL_ERROR\)$/);
			expect(error?.description).toMatch(/^A job may have been created anyway\. Look for it/);
			const calls = stage.sandbox.requests().filter(({ origin }) => origin === 'api');
			expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
		}),
	);

	it.concurrent(
		'says that a job may exist where the execution is cancelled meanwhile',
		onStage(async (stage) => {
			stage.sandbox.fault('create-succeeds-but-times-out');
			// n8n ends the execution then.
			const settings = { executionTimeout: 2 };
			const { execution, error } = await runAction(
				stage,
				{ ...create(stage), waitMode: 'none' },
				{ settings },
			);
			expect(execution.status).toBe('canceled');
			expect(error?.message).toBe('The execution was cancelled while a job was being submitted');
			expect(error?.description).toMatch(/^A job may have been created anyway\. Look for it/);
		}),
	);
});

describe('an answer that is none of the API', () => {
	it.concurrent.each([401, 403, 404, 407, 413])(
		'is told as that, with its status, when it is a page with %i',
		onStage(async (stage, status) => {
			stage.sandbox.fault('html-error', { status });
			const { error } = await runAction(stage, get());
			expect(error?.message).toBe(
				`Something between n8n and AudioSpliter answered, such as a proxy or a firewall (HTTP ${status})`,
			);
			expect(error?.description).not.toMatch(/API key|scope|plan/);
			expect(error?.failure).toEqual({ cause: 'configuration-invalid' });
		}),
	);

	it.concurrent.each([403, 404])(
		'does not end a wait when it is a page with %i',
		onStage(async (stage, status) => {
			const match = { method: 'GET' };
			stage.sandbox.fault('html-error', { status, match, count: 2 });
			const { json } = await runAction(stage, create(stage));
			expect(json).toMatchObject([{ status: 'completed' }]);
			const pages = stage.sandbox.requests().filter((request) => request.status === status);
			expect(pages).toHaveLength(2);
		}),
	);

	it.concurrent(
		'is told of when it is a page with a 200',
		onStage(async (stage) => {
			stage.sandbox.fault('html-error', { status: 200 });
			const { error } = await runAction(stage, get());
			expect(error?.message).toBe('The answer was not a job');
			expect(error?.description).toMatch(/another server at the credential's base URL/);
			stage.sandbox.fault('html-error', { status: 200 });
			const list = await runAction(stage, { resource: 'splitJob', operation: 'getAll' });
			expect(list.error?.message).toBe('The answer was not a list of jobs');
		}),
	);

	it.concurrent(
		'is told of at once when the server does not speak https',
		onStage(async (stage) => {
			const credential = await sandboxCredential(stage.runner, stage.sandbox, {
				baseUrl: stage.sandbox.baseUrl.replace('http:', 'https:'),
			});
			const { error } = await runAction({ ...stage, credential }, get());
			expect(error?.message).toBe('Could not establish a TLS connection to AudioSpliter');
			expect(error?.failure).toEqual({ cause: 'configuration-invalid' });
		}),
	);

	it.concurrent(
		'is not followed when it leads elsewhere',
		onStage(async (stage) => {
			stage.sandbox.fault('redirect', { count: 'always' });
			const { error } = await runAction(stage, get());
			expect(error?.message).toBe('The answer was a redirect (HTTP 302)');
			expect(error?.description).toMatch(/does not send the API key on/);
			expect(callsTo(stage.sandbox).map(({ origin }) => origin)).toEqual(['api']);
			expect(requestsThatLeakTheKey(stage)).toEqual([]);
		}),
	);

	it.concurrent(
		'is asked for again, a few times, when the service is not available',
		onStage(async (stage) => {
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
		}),
	);

	it.concurrent.each(['server-error', 'html-error', 'connection-reset'])(
		'passes when %s comes once',
		onStage(async (stage, fault) => {
			const { id } = stage.sandbox.addSyntheticJob();
			stage.sandbox.fault(fault);
			const { json } = await runAction(stage, { ...get(), jobId: byId(id) });
			expect(json[0]?.id).toBe(id);
		}),
	);
});

describe('a job that fails', () => {
	it.concurrent.each([
		'CORRUPT_FILE',
		'UNSUPPORTED_FORMAT',
		'DOWNLOAD_FAILED',
		'DURATION_TOO_LONG',
		'NEW',
	])(
		'with %s is an error that names code, message and job',
		onStage(async (stage, code) => {
			stage.sandbox.nextJobs({ failWith: { code, message: 'Words of the service' } });
			const { error } = await runAction(stage, create(stage));
			const { id } = stage.sandbox.jobs().at(-1) ?? {};
			expect(error?.message).toMatch(
				new RegExp(`: Words of the service \\(${code}\\) \\[job ${id}\\]$`),
			);
			expect(error?.description).toBeTruthy();
			expect(error?.description).not.toContain('Binary File');
			expect(error?.context?.itemIndex).toBe(0);
		}),
	);
});
