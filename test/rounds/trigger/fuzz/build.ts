import { createHmac } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Draft } from './drafts';
import type { WireRequest } from './wire';

/** A request, and what a correct receiver makes of its bytes. */
export interface Built {
	request: WireRequest;
	/** The body as a receiver has it; undefined where it cannot be unpacked, or is longer than n8n takes. */
	body: Buffer | 'no body' | 'too large';
	/** Values of the signature's header, as often as it is there. */
	signatures: string[];
}

const MB = 1024 ** 2;
/** n8n's default for the longest body. */
const LONGEST = 16 * MB;

const jobIdOf = ({ jobId }: Draft, number: number): unknown => {
	const text = `job_fuzz_${number}`;
	const values: Record<Draft['jobId'], unknown> = {
		...{ text, long: text + 'x'.repeat(100_000), strange: `${text} Ä音\u0000\ud800 __proto__ ../` },
		...{ number, null: null, empty: '', list: [text], absent: undefined },
	};
	return values[jobId];
};

const textOf = (value: Record<string, unknown>, style: Draft['text'], number: number): string => {
	const compact = JSON.stringify(value);
	switch (style) {
		case 'pretty':
			return JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n');
		case 'escaped':
			return compact.replace(
				/[\u0080-\uffff]/g,
				(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
			);
		case 'mark':
			return `\ufeff${compact}`;
		case 'repeated keys':
			return compact.replace(
				/^{/,
				`{"jobId":"job_other_${number}","event":null,"__proto__":{"event":"x"},`,
			);
		case 'blanks':
			return ` \n${compact} \n`;
		default:
			return compact;
	}
};

const damaged = (body: Buffer, { damage, at }: Draft, number: number): Buffer => {
	const place = body.length === 0 ? 0 : at % body.length;
	switch (damage) {
		case 'truncated':
			return body.subarray(0, place);
		case 'flipped bit': {
			const copy = Buffer.from(body);
			copy.writeUInt8((copy[place] ?? 0) ^ (1 << (at % 8)), place);
			return copy;
		}
		case 'appended':
			return Buffer.concat([body, Buffer.from([' ', '\n', '}', '\0'][at % 4] ?? '')]);
		case 'empty':
			return Buffer.alloc(0);
		case 'no UTF-8':
			return Buffer.concat([body.subarray(0, -1), Buffer.from(',"x":"\xc3\xff"}', 'latin1')]);
		case 'no JSON':
			return Buffer.from(
				['hello', '<a/>', 'a=b', '{', "{'a':1}", 'NaN', 'undefined'][at % 7] ?? '',
			);
		case 'a list':
			return Buffer.concat([Buffer.from('['), body, Buffer.from(']')]);
		case 'a text':
			return Buffer.from('"job.completed"');
		case 'a number':
			return Buffer.from('1e999');
		case 'null':
			return Buffer.from('null');
		case 'nested': {
			const [open, close] = at % 2 === 0 ? ['[', ']'] : ['{"__proto__":', '}'];
			const depth = 100 + (at % 100_000);
			const middle = at % 2 === 0 ? '' : '0';
			return Buffer.from(
				`{"event":"job.failed","jobId":"job_nested_${number}","data":${open.repeat(depth)}${middle}${close.repeat(depth)}}`,
			);
		}
		case '10 MB':
			return Buffer.concat([body, Buffer.alloc(10 * MB, ' ')]);
		case '17 MB':
			return Buffer.concat([body, Buffer.alloc(17 * MB, ' ')]);
		default:
			return body;
	}
};

const signatureOf = (draft: Draft, sent: Buffer, undamaged: Buffer, secret: string): Buffer => {
	const hmac = (body: Buffer | string, key = secret, algorithm = 'sha256') =>
		createHmac(algorithm, key).update(body).digest();
	switch (draft.signedOver) {
		case 'undamaged':
			return hmac(undamaged);
		case 'written anew':
			try {
				return hmac(JSON.stringify(JSON.parse(sent.toString())) ?? '');
			} catch {
				return hmac('');
			}
		case 'nothing':
			return hmac('');
		case 'other secret':
			return hmac(sent, 'whsec_other');
		case 'secret without prefix':
			return hmac(sent, secret.replace('whsec_', ''));
		case 'SHA-1':
			return hmac(sent, secret, 'sha1');
		case 'SHA-512':
			return hmac(sent, secret, 'sha512');
		default:
			return hmac(sent);
	}
};

const SIGNATURE = 'X-AudioSpliter-Signature';

const signatureHeaders = ({ signature, at }: Draft, bytes: Buffer): Array<[string, string]> => {
	const hex = bytes.toString('hex');
	const one = (value: string): Array<[string, string]> => [[SIGNATURE, value]];
	const place = at % hex.length;
	const flipped = `${hex.slice(0, place)}${hex[place] === '0' ? '1' : '0'}${hex.slice(place + 1)}`;
	const forms: Record<Draft['signature'], Array<[string, string]>> = {
		hex: one(hex),
		upper: one(hex.toUpperCase()),
		mixed: one(hex.replace(/[a-f]/g, (digit, n: number) => (n % 2 ? digit.toUpperCase() : digit))),
		'blanks around': one(`  ${hex} \t`),
		none: [],
		empty: one(''),
		prefix: one(`sha256=${hex}`),
		short: one(hex.slice(0, place)),
		long: one(`${hex}${hex.slice(0, 1 + place)}`),
		'flipped digit': one(flipped),
		base64: one(bytes.toString('base64')),
		twice: [...one(hex), ...one(hex)],
		two: [...one(flipped), ...one(hex)],
		list: one(`${hex},${hex}`),
		'blank inside': one(`${hex.slice(0, place)} ${hex.slice(place)}`),
		'no ASCII': one(`${hex.slice(1)}\xe4`),
		endless: one(hex.repeat(100)),
		'line break': one(`${hex}\nX-Injected: 1`),
		'zero byte': one(`${hex.slice(0, place)}\0${hex.slice(place + 1)}`),
		brackets: [[`${SIGNATURE}[]`, hex]],
		'other header': [
			['X-Hub-Signature-256', hex],
			['X-Signature', hex],
		],
	};
	return forms[signature];
};

const deliveryHeaders = ({ delivery }: Draft, number: number): Array<[string, string]> => {
	const one = (value: string): [string, string] => ['X-AudioSpliter-Delivery', value];
	const id = `fuzz ${number}`;
	const values: Record<Draft['delivery'], Array<[string, string]>> = {
		...{
			text: [one(id)],
			none: [],
			twice: [one(id), one(`${id}b`)],
			endless: [one(id.repeat(500))],
		},
		...{ 'no ASCII': [one(`${id} \xe4\xff`)], prototype: [one(`__proto__ ${id}`)] },
	};
	return values[delivery];
};

const encoded = (
	body: Buffer,
	{ encoding }: Draft,
): { wire: Buffer; received: Built['body']; header?: string } => {
	switch (encoding) {
		case 'gzip':
			return { wire: gzipSync(body), received: body, header: 'gzip' };
		case 'deflate':
			return { wire: deflateSync(body), received: body, header: 'deflate' };
		case 'no gzip':
			return { wire: body, received: 'no body', header: 'gzip' };
		case 'cut gzip': {
			const whole = gzipSync(body);
			// n8n stops at its limit before it sees that the end is missing.
			const received = body.length > LONGEST ? 'too large' : 'no body';
			return { wire: whole.subarray(0, whole.length - 9), received, header: 'gzip' };
		}
		case 'bomb':
			return { wire: gzipSync(Buffer.alloc(200 * MB)), received: 'too large', header: 'gzip' };
		// n8n unpacks gzip and deflate, and only under these very names.
		case 'br':
		case 'GZIP':
		case 'identity':
			return { wire: body, received: body, header: encoding };
		default:
			return { wire: body, received: body };
	}
};

/** Makes the bytes of a request. Each has a job and a delivery ID of its own. */
export const build = (draft: Draft, number: number, target: string, secret: string): Built => {
	const { event, data, contentType } = draft;
	const value = {
		...{ event, jobId: jobIdOf(draft, number), timestamp: '2026-05-02T08:00:00Z' },
		...(data !== undefined && { data }),
	};
	const undamaged = Buffer.from(textOf(value, draft.text, number));
	const body = damaged(undamaged, draft, number);
	const signature = signatureHeaders(draft, signatureOf(draft, body, undamaged, secret));
	const { wire, received, header } = encoded(body, draft);
	const unpacked = Buffer.isBuffer(received) && received.length > LONGEST ? 'too large' : received;
	return {
		request: {
			...{ method: draft.method, target: target + draft.suffix, body: wire },
			framing: draft.framing,
			headers: [
				...(contentType === undefined ? [] : [['Content-Type', contentType] as [string, string]]),
				...(header === undefined ? [] : [['Content-Encoding', header] as [string, string]]),
				...signature,
				...deliveryHeaders(draft, number),
				...draft.more,
			],
		},
		body: unpacked,
		signatures: signature.filter(([name]) => name === SIGNATURE).map(([, text]) => text),
	};
};
