import { createHmac } from 'node:crypto';
import { isSignedWith, readSignature } from '../../../../nodes/AudioSpliter/webhook/signature';

const SECRET = 'whsec_a1b2c3';
const BODY = Buffer.from('{\n  "event": "job.completed",\n  "jobId": "job_ä"\n}\n');
const hex = createHmac('sha256', SECRET).update(BODY).digest('hex');

const verify = (header: unknown, body = BODY, secret = SECRET): boolean => {
	const signature = readSignature(header);
	return signature !== undefined && isSignedWith(signature, body, secret);
};

describe('the signature of a delivery', () => {
	it('is the HMAC of the bytes as they were sent, in either case', () => {
		expect(verify(hex)).toBe(true);
		expect(verify(hex.toUpperCase())).toBe(true);
	});

	it('is refused for any other bytes, also where they mean the same', () => {
		expect(verify(hex, Buffer.from(JSON.stringify(JSON.parse(BODY.toString()))))).toBe(false);
		expect(verify(hex, BODY.subarray(0, -1))).toBe(false);
		expect(verify(hex, Buffer.alloc(0))).toBe(false);
	});

	it('is refused when any single digit is changed', () => {
		for (let position = 0; position < hex.length; position++) {
			const other = hex[position] === '0' ? '1' : '0';
			expect(verify(hex.slice(0, position) + other + hex.slice(position + 1))).toBe(false);
		}
	});

	it.each([
		['the secret without its prefix', SECRET.slice('whsec_'.length)],
		['another secret', 'whsec_other'],
		['an empty secret', ''],
	])('is refused with %s', (_what, secret) => {
		expect(verify(hex, BODY, secret)).toBe(false);
	});

	it('is refused with an empty secret even when it was made with one', () => {
		const unkeyed = createHmac('sha256', '').update(BODY).digest('hex');
		expect(verify(unkeyed, BODY, '')).toBe(false);
	});

	it.each<[string, unknown]>([
		['absent', undefined],
		['null', null],
		['empty', ''],
		['a number', 42],
		['an object', { toString: () => hex }],
		['an array of one', [hex]],
		['repeated', `${hex}, ${hex}`],
		['with a prefix', `sha256=${hex}`],
		['with blanks around it', ` ${hex} `],
		['with a line end', `${hex}\n`],
		['too short', hex.slice(0, 62)],
		['of odd length', hex.slice(0, 63)],
		['too long', `${hex}00`],
		['base64', Buffer.from(hex, 'hex').toString('base64')],
		['not hexadecimal', 'g'.repeat(64)],
		['full-width digits', '０'.repeat(64)],
		['zero bytes', '\0'.repeat(64)],
	])('is refused when the header is %s', (_what, header) => {
		expect(verify(header)).toBe(false);
	});
});
