import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { prepareToPause } from '../../../../../nodes/AudioSpliter/waiting/pausing/resumeUrl';

const SIGNED = 'https://n8n.example.com/webhook-waiting/7?signature=abc';

/** A node that is about to pause, with a credential that holds this secret. */
const prepare = async (signingSecret: unknown, resumeUrl = SIGNED) => {
	const warnings: string[] = [];
	const ctx = {
		getNode: () => ({ name: `Split ${randomUUID()}`, type: 'audioSpliter' }),
		getWorkflow: () => ({ id: 'w1', name: 'Recordings' }),
		getParentCallbackManager: () => undefined,
		getCredentials: async () => ({
			...{ apiKey: 'as_test_1', baseUrl: 'https://api.example.com/api/v1', signingSecret },
		}),
		evaluateExpression: (expression: string) =>
			expression.includes('resumeUrl') ? resumeUrl : undefined,
		logger: { warn: (message: string) => warnings.push(message) },
	} as unknown as IExecuteFunctions;
	return { url: await prepareToPause(ctx), warnings };
};

const refusalOf = async (signingSecret: unknown, resumeUrl?: string) =>
	await prepare(signingSecret, resumeUrl).then(
		() => 'paused',
		({ message, description }: NodeOperationError) => `${message}. ${description}`,
	);

it.each([['whsec_unit'], [' whsec_unit\n'], [''], [null], [undefined]])(
	'pauses with the signing secret %j',
	async (secret) => {
		expect(await prepare(secret)).toEqual({
			url: 'https://n8n.example.com/webhook-waiting/7/audiospliter?signature=abc',
			warnings: [],
		});
	},
);

it.each([
	['as_live_sk_123', 'is an API key'],
	['"whsec_unit"', 'has quotes around it'],
	['whsec_u•••••', 'contains a character that no secret has, or is truncated'],
])('refuses a signing secret that cannot be one: %s', async (secret, what) => {
	const refused = await refusalOf(secret);
	expect(refused).toBe(
		`The AudioSpliter credential's webhook signing secret ${what}. Copy the secret from Settings > Webhooks in the AudioSpliter dashboard into the credential's field 'Webhook Signing Secret'.`,
	);
});

it('warns of a signing secret that looks otherwise, and does not show it', async () => {
	const { warnings } = await prepare('0123456789abcdef');
	expect(warnings).toEqual([expect.stringContaining("does not begin with 'whsec_'")]);
	expect(warnings[0]).toContain('workflow "Recordings", ID w1, node "Split ');
	expect(warnings[0]).not.toContain('0123456789abcdef');
});

it('needs a signing secret where the address has no token', async () => {
	const bare = SIGNED.replace(/\?.*/, '');
	expect(await refusalOf('', bare)).toMatch(/needs the webhook signing secret/);
	expect((await prepare('whsec_unit', bare)).warnings).toEqual([]);
});
