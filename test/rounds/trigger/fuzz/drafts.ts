import fc from 'fast-check';

/** What a request of the fuzzer is made from. Every part is chosen by itself. */
export interface Draft {
	event: unknown;
	jobId: JobIdKind;
	data: unknown;
	text: TextStyle;
	damage: Damage;
	signedOver: SignedOver;
	signature: SignatureForm;
	delivery: DeliveryHeader;
	contentType: string | undefined;
	encoding: Encoding;
	method: string;
	suffix: string;
	framing: 'length' | 'chunked' | 'cut';
	more: Array<[string, string]>;
	/** Which of the workflows. */
	hook: number;
	/** Where a mutation strikes. */
	at: number;
}

const JOB_IDS = ['text', 'long', 'strange', 'number', 'null', 'empty', 'list', 'absent'] as const;
const STYLES = ['compact', 'pretty', 'escaped', 'mark', 'repeated keys', 'blanks'] as const;
const DAMAGES = [
	...['none', 'truncated', 'flipped bit', 'appended', 'empty', 'no UTF-8', 'no JSON'],
	...['a list', 'a text', 'a number', 'null', 'nested', '10 MB', '17 MB'],
] as const;
const SIGNED_OVER = [
	...['sent', 'undamaged', 'written anew', 'nothing', 'other secret', 'secret without prefix'],
	...['SHA-1', 'SHA-512'],
] as const;
const SIGNATURES = [
	...['hex', 'upper', 'mixed', 'blanks around', 'none', 'empty', 'prefix', 'short', 'long'],
	...['flipped digit', 'base64', 'twice', 'two', 'list', 'blank inside', 'no ASCII', 'endless'],
	...['line break', 'zero byte', 'brackets', 'other header'],
] as const;
const DELIVERIES = ['text', 'none', 'twice', 'endless', 'no ASCII', 'prototype'] as const;
const ENCODINGS = [
	...['none', 'gzip', 'deflate', 'no gzip', 'cut gzip', 'bomb', 'br', 'GZIP', 'identity'],
] as const;

export type JobIdKind = (typeof JOB_IDS)[number];
export type TextStyle = (typeof STYLES)[number];
export type Damage = (typeof DAMAGES)[number];
export type SignedOver = (typeof SIGNED_OVER)[number];
export type SignatureForm = (typeof SIGNATURES)[number];
export type DeliveryHeader = (typeof DELIVERIES)[number];
export type Encoding = (typeof ENCODINGS)[number];

/** The first value so often out of a hundred times, else one of the others, equally. */
const mostly = <T>(percent: number, [usual, ...others]: readonly [T, ...T[]]): fc.Arbitrary<T> =>
	fc.oneof(
		{ weight: percent, arbitrary: fc.constant(usual) },
		{ weight: 100 - percent, arbitrary: fc.constantFrom(...others) },
	);

const segments = fc.array(
	fc.oneof(
		fc.record(
			{
				index: fc.oneof(fc.nat(5), fc.constantFrom<unknown>('0', null, 1e300, -1)),
				downloadUrl: fc.constantFrom<unknown>('http://127.0.0.1:9/a.mp3', '', 7, 'no url', null),
				duration: fc.oneof(fc.double(), fc.constant(null)),
				size: fc.oneof(fc.nat(), fc.string()),
				expiresAt: fc.constantFrom<unknown>('2026-01-01T00:00:00Z', '2199-01-01', 'soon', 0, null),
			},
			{ requiredKeys: [] },
		),
		fc.jsonValue(),
	),
	{ maxLength: 4 },
);

const data = fc.oneof(
	fc.record(
		{
			status: fc.constantFrom<unknown>('completed', 'failed', '', 5, null),
			segments: fc.oneof(segments, fc.jsonValue()),
			segmentCount: fc.oneof(fc.nat(), fc.jsonValue()),
			totalDuration: fc.oneof(fc.double(), fc.jsonValue()),
			progress: fc.oneof(fc.integer(), fc.jsonValue()),
			error: fc.jsonValue(),
			metadata: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
			id: fc.jsonValue(),
		},
		{ requiredKeys: [] },
	),
	fc.jsonValue({ maxDepth: 6 }),
	fc.constantFrom<unknown>(
		...[undefined, null, [], '', { constructor: { prototype: { polluted: true } } }],
		JSON.parse('{"__proto__":{"polluted":true},"segments":[{"__proto__":{"polluted":true}}]}'),
		{ toString: 1, valueOf: null, hasOwnProperty: 'no', toJSON: 'x', json: {}, pairedItem: 'x' },
	),
);

const event = fc.oneof(
	{ weight: 12, arbitrary: fc.constantFrom('job.completed', 'job.failed') },
	{ weight: 2, arbitrary: fc.constantFrom('job.progress', 'job.queued', 'toString', '__proto__') },
	{ weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
	{
		weight: 2,
		arbitrary: fc.constantFrom<unknown>(undefined, null, 1, true, [], {}, ['job.failed']),
	},
);

const CONTENT_TYPES: readonly [string, ...Array<string | undefined>] = [
	'application/json',
	...['application/json; charset=utf-16', 'application/json; charset=no-such', 'text/plain'],
	...['multipart/form-data', 'multipart/form-data; boundary=x', 'application/xml', 'a/b+xml'],
	...['application/x-www-form-urlencoded', 'application/octet-stream', 'x', ';', '/', '\xff'],
	undefined,
];

const MORE: readonly [Array<[string, string]>, ...Array<Array<[string, string]>>] = [
	[],
	[['Origin', 'https://example.org']],
	[['Cookie', 'n8n-auth=x; __proto__=y']],
	[['X-HTTP-Method-Override', 'DELETE']],
	[['Expect', '100-continue']],
	[['X-AudioSpliter-Event', 'job.failed']],
	[['User-Agent', 'bot']],
	[
		['X-Forwarded-For', '::1, "x'],
		['X-Forwarded-Proto', 'gopher'],
		['X-Forwarded-Host', '\xe4'],
	],
	[
		['__proto__', 'x'],
		['constructor', 'y'],
		['rawBody', 'z'],
	],
	[
		['Authorization', 'Bearer x'],
		['traceparent', 'x'],
	],
	Array.from({ length: 300 }, (_unused, n): [string, string] => [`X-${n}`, 'x']),
];

/** Requests of which about a third is signed and in order, and all others are wrong in some way. */
export const drafts: fc.Arbitrary<Draft> = fc.record({
	event,
	data,
	jobId: mostly(80, JOB_IDS),
	text: fc.constantFrom(...STYLES),
	damage: fc.oneof(
		{ weight: 80, arbitrary: fc.constant<Damage>('none') },
		{ weight: 19, arbitrary: fc.constantFrom(...DAMAGES.slice(1, -2)) },
		{ weight: 1, arbitrary: fc.constantFrom(...DAMAGES.slice(-2)) },
	),
	signedOver: mostly(80, SIGNED_OVER),
	signature: fc.oneof(
		{ weight: 65, arbitrary: fc.constantFrom(...SIGNATURES.slice(0, 4)) },
		{ weight: 35, arbitrary: fc.constantFrom(...SIGNATURES.slice(4)) },
	),
	delivery: mostly(70, DELIVERIES),
	contentType: mostly(50, CONTENT_TYPES),
	encoding: mostly(85, ENCODINGS),
	method: mostly(95, ['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'X']),
	suffix: mostly(94, ['', '?a=1&__proto__[b]=2', '?%', '/', '//', '/..', '/%00', '/%', '/x']),
	framing: mostly(85, ['length', 'chunked', 'cut']),
	more: mostly(70, MORE),
	hook: fc.nat(1),
	at: fc.nat(),
});
