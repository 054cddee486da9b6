import { createHmac, timingSafeEqual } from 'crypto';

/** Bare hexadecimal SHA-256, either case, no prefix (API: Signature Verification). */
const HEX_SHA256 = /^[0-9a-f]{64}$/i;

/**
 * The signature that a request carries, as bytes.
 *
 * @param header value of `X-AudioSpliter-Signature` as the server has it: anything but one well-formed signature
 * (absent, repeated, prefixed, too short) is undefined, never an error
 */
export const readSignature = (header: unknown): Buffer | undefined =>
	typeof header === 'string' && HEX_SHA256.test(header) ? Buffer.from(header, 'hex') : undefined;

/**
 * Whether the signature was made with the secret over exactly these bytes. The comparison takes the same time
 * wherever the two differ. An empty secret signs nothing.
 *
 * @param body the raw body: a parsed and written one differs from what was signed
 * @param secret whole, with its `whsec_` prefix, as UTF-8 (API: Signature Verification)
 */
export function isSignedWith(signature: Buffer, body: Buffer, secret: string): boolean {
	if (secret === '') return false;
	const expected = createHmac('sha256', secret).update(body).digest();
	return signature.length === expected.length && timingSafeEqual(signature, expected);
}
