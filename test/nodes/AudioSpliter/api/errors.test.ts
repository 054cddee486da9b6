import {
	explain,
	isForAllCalls,
	isTransient,
	jobFailure,
	readFailure,
	transportCode,
	wasNotTaken,
} from '../../../../nodes/AudioSpliter/api/errors';

/** API: Error Codes, those of the endpoints used here, with what their message must tell. */
const DOCUMENTED: Array<[string, RegExp]> = [
	['UNAUTHORIZED', /key was refused/],
	['TOKEN_EXPIRED', /expired/],
	['KEY_REVOKED', /revoked/],
	['INSUFFICIENT_SCOPE', /not allowed/],
	['INVALID_PARAMS', /parameters/],
	['INVALID_FORMAT', /format/],
	['UNSUPPORTED_FORMAT', /format/],
	['INVALID_URL', /source URL/],
	['DOWNLOAD_FAILED', /download the source/],
	['DURATION_TOO_SHORT', /too short/],
	['DURATION_TOO_LONG', /longer than the source/],
	['JOB_NOT_FOUND', /not found/],
	['JOB_ALREADY_PROCESSING', /being processed/],
	['JOB_FAILED', /failed/],
	['DOWNLOAD_EXPIRED', /expired/],
	['QUOTA_EXCEEDED', /used up/],
	['PAYMENT_REQUIRED', /payment/],
	['FILE_TOO_LARGE', /too large/],
	['CORRUPT_FILE', /decoded/],
	['RATE_LIMITED', /Too many requests/],
	['NOT_FOUND', /could not find/],
];

describe('explain', () => {
	it.each(DOCUMENTED)('%s has a message of its own and something to do', (code, message) => {
		const explanation = explain({ status: 400, code, serviceMessage: 'service words' });
		expect(explanation.message).toMatch(message);
		expect(explanation.message).toContain(`service words (${code})`);
		expect(explanation.description.length).toBeGreaterThan(20);
	});

	it('goes by the status where the code is unknown, and keeps the code', () => {
		const explanation = explain({ status: 413, code: 'TOO_BIG_NOW', serviceMessage: 'no' });
		expect(explanation.message).toBe('The source file is too large for the plan: no (TOO_BIG_NOW)');
	});

	it.each(['NEW_CODE', 'ALREADY_SUBSCRIBED', 'constructor', '__proto__'])(
		'keeps the unknown code %s',
		(code) => {
			expect(explain({ status: 409, code }).message).toBe(
				`AudioSpliter cannot do this in the job's current state (${code})`,
			);
		},
	);

	it.each([400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 502, 503, 418, 302])(
		'says something for a bare %i',
		(status) => {
			const explanation = explain({ status });
			expect(explanation.message).toContain(`(HTTP ${status})`);
			expect(explanation.description).not.toBe('');
		},
	);

	it('leaves a proxy’s page out of the message', () => {
		const failure = readFailure(502, '<html><body>Bad gateway from nginx</body></html>');
		expect(explain(failure).message).toBe('AudioSpliter is not available at the moment (HTTP 502)');
	});

	it.each<[number, unknown, string, RegExp]>([
		[401, '<html>Please log in</html>', '', /proxy or a firewall blocks/],
		[403, '<html>Blocked</html>', '', /base URL, which normally ends in \/api\/v1/],
		[403, '', '', /proxy or a firewall blocks/],
		[403, { message: 'Forbidden' }, ': Forbidden', /proxy or a firewall blocks/],
		[404, '<!doctype html><title>n8n</title>', '', /^Check the credential's base URL/],
		[404, { code: 404, message: 'No such route' }, ': No such route', /^Check the .*base URL/],
		[407, 'Proxy Authentication Required', ': Proxy Authentication Required', /requires a login/],
		[413, '<html>Too large</html>', '', /proxy or a firewall blocks/],
		[429, '<html>Slow down</html>', '', /limits the number of requests/],
	])(
		'tells nothing of a %i without the envelope as the service’s: %j',
		(status, body, said, advice) => {
			const { message, description } = explain(readFailure(status, body));
			expect(message).toBe(
				`Something between n8n and AudioSpliter answered, such as a proxy or a firewall${said} (HTTP ${status})`,
			);
			expect(description).toMatch(advice);
		},
	);

	it('takes a 401 in JSON for the word of a gateway that checks keys', () => {
		expect(explain(readFailure(401, { message: 'Invalid API key' })).message).toBe(
			'The API key was refused: Invalid API key (HTTP 401)',
		);
	});

	it('shortens what the service says to one line', () => {
		const { message } = explain({ status: 400, serviceMessage: `a\n${'b'.repeat(5000)}` });
		expect(message.length).toBeLessThan(400);
		expect(message).not.toContain('\n');
	});
});

it.each([
	['ECONNRESET', 'The connection to AudioSpliter was interrupted (ECONNRESET)'],
	['UNKNOWN', 'The connection to AudioSpliter was interrupted'],
	['BLOCKED', 'n8n does not allow requests to this address (SSRF protection)'],
])('says of the transport failure %s what an administrator can look up', (transport, message) => {
	expect(explain({ transport }).message).toBe(message);
});

describe('readFailure', () => {
	it.each([
		[{ error: { code: 'A', message: 'B' } }, { code: 'A', serviceMessage: 'B' }],
		['{"error":{"code":"A","message":"B"}}', { code: 'A', serviceMessage: 'B' }],
		[{ error: { code: 7, message: [] } }, {}],
		[{ error: 'text' }, { serviceMessage: 'text', isIntermediary: true }],
		[{ message: 'text' }, { serviceMessage: 'text', isIntermediary: true }],
		['{"message":"text"}', { serviceMessage: 'text', isIntermediary: true }],
		['text', { serviceMessage: 'text', isIntermediary: true }],
		[[], { isIntermediary: true }],
		['', { isIntermediary: true }],
		[undefined, { isIntermediary: true }],
	])('%j', (body, expected) => {
		expect(readFailure(400, body)).toEqual({ status: 400, ...expected });
	});
});

it('blames the job, and not the request, for a failure of a kind that is not documented', () => {
	const { message, description } = explain(
		jobFailure({ code: 'INTERNAL_ERROR', message: 'worker crashed' }),
	);
	expect(message).toBe('The job failed: worker crashed (INTERNAL_ERROR)');
	expect(description).toMatch(/create the job again/);
});

it('reads a failed job with and without a reason', () => {
	expect(jobFailure({ code: 'CORRUPT_FILE', message: 'x' }).code).toBe('CORRUPT_FILE');
	expect(jobFailure(undefined).code).toBe('JOB_FAILED');
	expect(jobFailure('words')).toEqual({ code: 'JOB_FAILED', serviceMessage: 'words' });
});

it.each([
	[{ status: 401 }, true],
	[{ status: 402, code: 'QUOTA_EXCEEDED' }, true],
	[{ status: 402, code: 'PAYMENT_REQUIRED' }, true],
	[{ status: 403, code: 'INSUFFICIENT_SCOPE' }, true],
	[{ status: 403, code: 'NOT_YOUR_JOB' }, false],
	[{ status: 401, isIntermediary: true } as const, false],
	[{ status: 402, isIntermediary: true } as const, false],
	[{ status: 404 }, false],
	[{ status: 429 }, false],
	[{ transport: 'ECONNRESET' }, false],
])('knows whether every call would fail like %j', (failure, isForAll) => {
	expect(isForAllCalls(failure)).toBe(isForAll);
});

it('knows what passes by itself, and what certainly was not taken', () => {
	expect([429, 500, 503].every((status) => isTransient({ status }))).toBe(true);
	expect([400, 401, 404, 302].some((status) => isTransient({ status }))).toBe(false);
	expect(isTransient({ transport: 'ECONNRESET' })).toBe(true);
	for (const transport of ['CERTIFICATE', 'TLS', 'BLOCKED']) {
		expect(isTransient({ transport })).toBe(false);
		expect(wasNotTaken({ transport })).toBe(true);
	}
	expect(wasNotTaken({ status: 429 })).toBe(true);
	expect(wasNotTaken({ transport: 'ECONNREFUSED' })).toBe(true);
	expect(wasNotTaken({ transport: 'ECONNRESET' })).toBe(false);
	expect(wasNotTaken({ transport: 'ETIMEDOUT' })).toBe(false);
	expect(wasNotTaken({ status: 500 })).toBe(false);
});

describe('transportCode', () => {
	it.each([
		[Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
		[
			new Error('outer', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
			'ECONNRESET',
		],
		[Object.assign(new Error('x'), { httpCode: 'ECONNREFUSED' }), 'ECONNREFUSED'],
		[Object.assign(new Error('x'), { httpCode: '500' }), 'UNKNOWN'],
		[new Error('connect ECONNREFUSED 127.0.0.1:1'), 'ECONNREFUSED'],
		[new Error('timeout of 30000ms exceeded'), 'ETIMEDOUT'],
		[Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'CERTIFICATE'],
		[Object.assign(new Error('x'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'CERTIFICATE'],
		[Object.assign(new Error('x'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }), 'CERTIFICATE'],
		[
			Object.assign(
				new Error('write EPROTO 80:error:0A00010B:SSL routines::wrong version number'),
				{
					code: 'EPROTO',
				},
			),
			'TLS',
		],
		// What a load balancer says that is reloaded: it passes.
		[
			Object.assign(
				new Error('write EPROTO 80:error:0A000438:SSL routines::tlsv1 alert internal error'),
				{
					code: 'EPROTO',
				},
			),
			'EPROTO',
		],
		[
			Object.assign(new Error('x'), { code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }),
			'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
		],
		[Object.assign(new Error('x'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'TLS'],
		[Object.assign(new Error('x'), { code: 'HPE_INVALID_CONSTANT' }), 'HPE_INVALID_CONSTANT'],
		[Object.assign(new Error('x'), { name: 'SsrfBlockedIpError' }), 'BLOCKED'],
		[
			new Error('outer', {
				cause: Object.assign(new Error('x'), { name: 'SsrfBlockedHostnameError' }),
			}),
			'BLOCKED',
		],
		[new Error('something'), 'UNKNOWN'],
		['text', 'UNKNOWN'],
	])('%s', (error, expected) => {
		expect(transportCode(error)).toBe(expected);
	});
});

describe('the advice about a source', () => {
	const advice = (code: string, source?: 'url' | 'binary') => explain({ code, source }).description;

	it.each(['DOWNLOAD_FAILED', 'UNSUPPORTED_FORMAT', 'INVALID_FORMAT', 'CORRUPT_FILE'])(
		'fits the one that was chosen: %s',
		(code) => {
			expect(advice(code, 'url')).toMatch(/link/);
			expect(advice(code, 'url')).not.toMatch(/Binary File|this n8n/);
			expect(advice(code, 'binary')).not.toMatch(/link/);
		},
	);

	it('is about both where the node does not know', () => {
		expect(advice('DOWNLOAD_FAILED')).toMatch(/direct link.*'Binary File'/);
	});

	it('speaks of no ID where a job is created, which has none yet', () => {
		const notFound = (source?: 'url') => explain({ status: 404, code: 'X', source }).description;
		expect(notFound('url')).toMatch(/^Check the credential's base URL/);
		expect(notFound()).toMatch(/^Check the job ID, if this node has one, and .*base URL/);
	});

	it('tells of a page in the place of audio', () => {
		expect(advice('UNSUPPORTED_FORMAT', 'url')).toMatch(/shows a web page/);
	});

	it('offers a file where a link cannot be reached, and no link where the file cannot', () => {
		expect(advice('INVALID_URL', 'url')).toMatch(/'Binary File'/);
		expect(advice('INVALID_URL', 'binary')).toMatch(/reach this n8n over https/);
	});
});

describe('the words of the service', () => {
	it.each([
		[
			'The source could not be downloaded',
			'AudioSpliter could not download the source (DOWNLOAD_FAILED)',
		],
		[
			'The source could not be downloaded: HTTP 404 from cdn.example.com',
			'The source could not be downloaded: HTTP 404 from cdn.example.com (DOWNLOAD_FAILED)',
		],
		[
			'getaddrinfo ENOTFOUND cdn.example.com',
			'AudioSpliter could not download the source: getaddrinfo ENOTFOUND cdn.example.com (DOWNLOAD_FAILED)',
		],
		['No', 'AudioSpliter could not download the source: No (DOWNLOAD_FAILED)'],
		[
			'DOWNLOAD_FAILED for the SOURCE_FILE',
			'AudioSpliter could not download the source: DOWNLOAD_FAILED for the SOURCE_FILE (DOWNLOAD_FAILED)',
		],
	])('are not said twice: %s', (serviceMessage, message) => {
		expect(explain({ code: 'DOWNLOAD_FAILED', serviceMessage }).message).toBe(message);
	});

	it('stand beside ours where they share a word', () => {
		const failure = { code: 'JOB_FAILED', serviceMessage: 'All three encoders failed' };
		expect(explain(failure).message).toBe('The job failed: All three encoders failed (JOB_FAILED)');
	});
});
