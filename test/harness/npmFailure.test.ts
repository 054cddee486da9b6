import {
	explainNpmFailure,
	explainRebuildFailure,
	NotInRegistry,
	npmFailure,
} from '../../harness/npmFailure';

const WHAT = 'Installing n8n 1.2.3';

describe('explainNpmFailure', () => {
	it.each([
		[
			'a refused connection',
			'npm error code ECONNREFUSED\nnpm error FetchError: request to https://registry.example/n8n failed, reason: connect ECONNREFUSED 127.0.0.1:9',
			/registry at https:\/\/registry\.example could not be reached.*ECONNREFUSED.*run the same command again/,
		],
		[
			'a registry that breaks off',
			'npm error code ECONNRESET\nnpm error network aborted',
			/could not be reached, or broke off \(ECONNRESET\)/,
		],
		[
			'a registry with troubles of its own',
			'npm error code E503\nnpm error 503 Service Unavailable',
			/E503/,
		],
		['an old npm', 'npm ERR! code ENOTFOUND\nnpm ERR! errno ENOTFOUND', /\(ENOTFOUND\)/],
		[
			'a full disk',
			'npm error code ENOSPC\nnpm error nospc ENOSPC: no space left',
			/disk is full.*AUDIOSPLITER_CACHE/,
		],
		[
			'a folder of someone else',
			'npm error code EACCES\nnpm error path /cache/x',
			/\/cache\/x may not be written/,
		],
		[
			'an unknown version',
			'npm error code ETARGET\nnpm error notarget No matching version found for n8n@1.2.3.',
			/does not have it.*No matching version/,
		],
		[
			'damage on the way',
			'npm error code EINTEGRITY\nnpm error sha512',
			/arrived damaged.*npm cache verify/,
		],
		['no npm at all', 'spawn npm ENOENT', /no npm on the path/],
		['anything else', 'npm error code EUSAGE\nnpm error out of sync', /out of sync/],
	])('turns %s into one sentence', (_case, log, expected) => {
		const sentence = explainNpmFailure(WHAT, log);
		expect(sentence).toMatch(expected);
		expect(sentence.startsWith(`${WHAT} failed: `)).toBe(true);
		expect(sentence).not.toContain('\n');
	});

	it('is not misled by a package that is called like an error', () => {
		const log =
			'npm http fetch GET 200 https://registry.example/ECONNREFUSED\nnpm error code EUSAGE\nnpm error sync';
		expect(explainNpmFailure(WHAT, log)).toMatch(/failed: sync/);
	});
});

describe('explainRebuildFailure', () => {
	it('names every tool that is missing', () => {
		const log = 'gyp ERR! find Python\nmake: not found: make\n/bin/sh: 1: g++: not found';
		expect(explainRebuildFailure(log)).toMatch(
			/want of python3 and make and g\+\+.*apt-get install/,
		);
	});

	it('says that the disk is full', () => {
		expect(explainRebuildFailure('npm error code ENOSPC\nnpm error ENOSPC')).toMatch(
			/disk is full/,
		);
	});

	it('quotes the compiler otherwise', () => {
		expect(explainRebuildFailure('x.c:1: error: bad\ngyp ERR! stack Error: make failed')).toMatch(
			/x\.c:1: error: bad/,
		);
	});
});

describe('npmFailure', () => {
	it.each([
		['npm error code ETARGET\nnpm error notarget No matching version found', true],
		['npm http fetch GET 503 x attempt 1\nnpm error code E404\nnpm error 404 Not Found', true],
		['npm error code ECONNRESET\nnpm error network aborted', false],
		['npm error code ENOSPC', false],
	])('tells a package that is not there from the rest: %j', (log, isMissing) => {
		const error = npmFailure(WHAT, log);
		expect(error instanceof NotInRegistry).toBe(isMissing);
		expect(error.message).toBe(explainNpmFailure(WHAT, log));
	});
});
