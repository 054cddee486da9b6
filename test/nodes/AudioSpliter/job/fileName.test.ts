import type { HostHeaders } from '../../../../nodes/AudioSpliter/job/fileName';
import { segmentFileName, segmentMimeType } from '../../../../nodes/AudioSpliter/job/fileName';
import type { Job } from '../../../../nodes/AudioSpliter/job/types';

const SIGNED = 'https://cdn.example.com/seg/000?sig=1';

/** The name of a job's segment. */
const nameOf = (
	{ downloadUrl, ...job }: Partial<Job> & { downloadUrl?: string },
	host?: HostHeaders,
) =>
	segmentFileName(
		{ id: 'job_7f3k', status: 'completed', ...job },
		{ index: 0, ...(downloadUrl !== undefined && { downloadUrl }) },
		host,
	);

const mpeg = { contentType: 'audio/mpeg' };
const named = (contentDisposition: string) => ({
	contentType: 'application/octet-stream',
	contentDisposition,
});

describe('the extension of a segment’s file', () => {
	it.each<[string, Parameters<typeof nameOf>[0], HostHeaders | undefined, string]>([
		['the format', { outputFormat: 'ogg', downloadUrl: 'https://c/d.mp3' }, mpeg, 'ogg'],
		['a format in capitals', { outputFormat: 'MP3' }, undefined, 'mp3'],
		['the link', { downloadUrl: 'https://cdn/a.FLAC?x=1.mp3' }, mpeg, 'flac'],
		[
			'the link before the source',
			{ downloadUrl: 'https://c/d.mp3', sourceFileName: 'a.wav' },
			undefined,
			'mp3',
		],
		['the host’s type', { downloadUrl: SIGNED }, mpeg, 'mp3'],
		[
			'the host’s type before the source',
			{ downloadUrl: SIGNED, sourceFileName: 'talk.wav' },
			mpeg,
			'mp3',
		],
		[
			'a type with parameters',
			{ downloadUrl: SIGNED },
			{ contentType: 'Audio/X-WAV; rate=1' },
			'wav',
		],
		['a vendor’s type', { downloadUrl: SIGNED }, { contentType: 'audio/vnd.wave' }, 'wav'],
		[
			'the host’s name for it',
			{ downloadUrl: SIGNED },
			named('attachment; filename="a b.m4a"'),
			'm4a',
		],
		[
			'a name without quotes',
			{ downloadUrl: SIGNED },
			named('attachment; filename=a.opus; size=1'),
			'opus',
		],
		[
			'a name in another alphabet',
			{ downloadUrl: SIGNED },
			named("inline; filename*=UTF-8''%C3%BC.ogg"),
			'ogg',
		],
		[
			'the host’s type before its name',
			{ downloadUrl: SIGNED },
			{ ...mpeg, contentDisposition: 'inline; filename="a.wav"' },
			'mp3',
		],
		['the source', { sourceFileName: 'talk.wav' }, undefined, 'wav'],
		[
			'the source where the host tells nothing',
			{ downloadUrl: SIGNED, sourceFileName: 'talk.wav' },
			named('attachment'),
			'wav',
		],
	])('is from %s', (_from, job, host, extension) => {
		expect(nameOf(job, host)).toBe(`job_7f3k-000.${extension}`);
	});

	it.each<[string, Parameters<typeof nameOf>[0]]>([
		['download', { sourceFileName: 'download' }],
		['watch.php', { sourceFileName: 'watch.php' }],
		['Meeting 10.30', { sourceFileName: 'Meeting 10.30' }],
		['a link to a script', { downloadUrl: 'https://cdn.example.com/get.php?file=a.mp3' }],
		['constructor', { sourceFileName: 'a.constructor', outputFormat: 'constructor' }],
		['nothing', {}],
	])('is none of %s: the host decides, and else it is bin', (_what, job) => {
		expect(nameOf(job, mpeg)).toBe('job_7f3k-000.mp3');
		expect(nameOf(job)).toBe('job_7f3k-000.bin');
		expect(nameOf(job, { contentType: 'constructor' })).toBe('job_7f3k-000.bin');
	});

	it('is the source’s where the service calls the format original', () => {
		expect(nameOf({ outputFormat: 'original', sourceFileName: 'talk.flac' })).toBe(
			'job_7f3k-000.flac',
		);
	});

	it('is a new one of a source that has none, of the page that it came from', () => {
		const job = { outputFormat: 'mp3', sourceFileName: 'watch.php' };
		expect(nameOf(job)).toBe('job_7f3k-000.mp3');
	});
});

describe('the name before it', () => {
	it('is safe on every system', () => {
		expect(nameOf({ id: '../a b/ü' })).toMatch(/^\.\._a_b_-[0-9a-f]{8}-000\.bin$/);
	});

	it('keeps apart the files of ids that differ in such characters only, or after many', () => {
		const ids = ['a/b', 'a_b', 'a?b', `${'x'.repeat(120)}1`, `${'x'.repeat(120)}2`];
		expect(new Set(ids.map((id) => nameOf({ id }))).size).toBe(ids.length);
	});
});

describe('segmentMimeType', () => {
	it.each([
		['a.mp3', 'binary/octet-stream', 'audio/mpeg'],
		['a.wav', undefined, 'audio/wav'],
		['a.flac', undefined, 'audio/flac'],
		['a.ogg', undefined, 'audio/ogg'],
		['a.aac', undefined, 'audio/aac'],
		['a.bin', 'audio/x-thing; rate=1', 'audio/x-thing'],
		['a.bin', 'text/html', 'application/octet-stream'],
	])('%s served as %s is %s', (name, stated, expected) => {
		expect(segmentMimeType(name, stated)).toBe(expected);
	});
});
