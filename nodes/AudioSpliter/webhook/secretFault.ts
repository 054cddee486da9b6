/**
 * What is wrong with a signing secret. `unusable`: no secret looks like that, so that no delivery could ever be accepted.
 * `unusual`: AudioSpliter's secrets look otherwise, which its documentation does not promise.
 */
export interface SecretFault {
	kind: 'unusable' | 'unusual';
	/** Goes on from "The webhook signing secret". */
	what: string;
}

/** What to do about a secret that is missing or wrong; without a full stop. */
export const SECRET_REMEDY =
	"Copy the secret from Settings > Webhooks in the AudioSpliter dashboard into the credential's field 'Webhook Signing Secret'";

/** What surrounds a text that was copied out of code or of a configuration file. */
const QUOTED = /^["'`“”„‘’«»]|["'`“”„‘’«»]$/;

/** Blanks, invisible characters, and the dots or asterisks of a secret that is shown shortened. */
const IMPOSSIBLE = /[^\x21-\x7e]|\.{3}|\*{2}/;

/**
 * Looks for what people paste instead of a secret.
 *
 * @param secret not empty, without blanks around it
 * @returns undefined where nothing speaks against it
 */
export function findSecretFault(secret: string): SecretFault | undefined {
	if (QUOTED.test(secret)) return { kind: 'unusable', what: 'has quotes around it' };
	// API: Authentication. Keys begin with as_live_ or as_test_.
	if (/^as_/i.test(secret)) return { kind: 'unusable', what: 'is an API key' };
	if (IMPOSSIBLE.test(secret)) {
		return { kind: 'unusable', what: 'contains a character that no secret has, or is truncated' };
	}
	// API: Signature Verification.
	if (!secret.startsWith('whsec_'))
		return { kind: 'unusual', what: "does not begin with 'whsec_'" };
	return undefined;
}
