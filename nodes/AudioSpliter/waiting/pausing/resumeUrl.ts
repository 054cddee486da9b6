import type { IExecuteFunctions, IWebhookDescription } from 'n8n-workflow';
import { readBaseUrl } from '../../api/account';
import { whyUnreachable } from '../../api/reachable';
import type { Job } from '../../job/types';
import { isTool } from '../../n8n/context';
import { refusal } from '../../n8n/errors';
import { logOnceAMinute } from '../../n8n/log';
import { findSecretFault, SECRET_REMEDY } from '../../webhook/secretFault';
import { readSecret } from '../../webhook/verify';
import { canReadNotes } from './notes';

/**
 * Ends the address that continues an execution. n8n has one address for whatever an execution waits for: without this, a
 * webhook that comes after Max Wait could continue a Wait node further on (n8n: `waiting-webhooks.js`, `suffix`).
 */
const RESUME_PATH = 'audiospliter';

/**
 * The address that continues a paused execution. n8n serves it only while the execution waits, and checks the token in
 * it. Not a literal in the node's description: it is no webhook that could be registered anywhere.
 */
export const resumeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: RESUME_PATH,
		isFullPath: true,
		restartWebhook: true,
		responseMode: 'onReceived',
		// Empty, so that n8n answers with what webhook() gives.
		responseData: '',
	},
];

/** What the editor shows at the node while the execution is paused. */
export const waitingTooltip =
	'=The execution is stored and holds no worker. It continues when the webhooks of its jobs have arrived, or after {{ $parameter["waitOptions"]?.["maxWait"] ?? 30 }} minutes (Max Wait).';

/** Puts the path between n8n's address for the execution and the token. */
const withResumePath = (resumeUrl: string): string => {
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/+$/, '')}/${RESUME_PATH}`;
	return url.href;
};

/**
 * Makes sure that the secret, if there is one, can be one: every webhook would be refused otherwise, and the execution wait
 * until Max Wait.
 */
async function assertSigningSecret(ctx: IExecuteFunctions, resumeUrl: string): Promise<void> {
	const secret = await readSecret(ctx);
	// Older versions of n8n 2 put no token into the address, so that its number alone would continue the execution.
	if (secret === '' && !new URL(resumeUrl).searchParams.has('signature')) {
		throw refusal(
			ctx,
			"'Pause Until Webhook' needs the webhook signing secret on this version of n8n",
			`${SECRET_REMEDY}, or update n8n.`,
		);
	}
	const fault = secret === '' ? undefined : findSecretFault(secret);
	if (fault === undefined) return;
	const what = `The AudioSpliter credential's webhook signing secret ${fault.what}`;
	if (fault.kind === 'unusable') throw refusal(ctx, what, `${SECRET_REMEDY}.`);
	logOnceAMinute(ctx, 'warn', `${what}. If webhooks are refused with 401: ${SECRET_REMEDY}`);
}

/**
 * Makes sure that the execution can be paused and continued from outside.
 *
 * @returns the address that continues it
 * @throws NodeOperationError, before anything is submitted, with what to do instead
 */
export async function prepareToPause(ctx: IExecuteFunctions): Promise<string> {
	if (isTool(ctx)) {
		throw refusal(
			ctx,
			"'Pause Until Webhook' cannot be used in an AI tool: an agent does not wait for a webhook",
			"Set 'Wait for Completion' to 'By Polling', or to 'No' and let the agent ask for the job later.",
		);
	}
	// Set in a sub-workflow that an agent runs inside itself: n8n tells the agent that it waits, and never what came of it.
	// Agents of version 3 leave their tools to the engine, and wait.
	if (ctx.getParentCallbackManager() !== undefined) {
		throw refusal(
			ctx,
			"'Pause Until Webhook' cannot be used in a workflow that this AI agent calls as a tool: the agent would go on without the result",
			"In this workflow set 'Wait for Completion' to 'By Polling', or use an AI Agent node of version 3 or newer.",
		);
	}
	const resumeUrl = String(ctx.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	const obstacle = whyUnreachable(resumeUrl, await readBaseUrl(ctx));
	if (obstacle !== undefined) {
		throw refusal(
			ctx,
			`AudioSpliter cannot call this n8n back: ${obstacle}`,
			"Set 'Wait for Completion' to 'By Polling', or ask the n8n administrator to set N8N_WEBHOOK_URL (WEBHOOK_URL in older versions) to the public https address of this n8n.",
		);
	}
	await assertSigningSecret(ctx, resumeUrl);
	if (!canReadNotes(ctx)) {
		throw refusal(
			ctx,
			`'Pause Until Webhook' cannot be used in a node named '${ctx.getNode().name}'`,
			'n8n does not let expressions use this name. Rename the node.',
		);
	}
	return withResumePath(resumeUrl);
}

/** The resume address lets anyone continue the execution, so it is kept out of the items that the API echoes it to. */
export const withoutResumeUrl = (job: Job): Job => {
	const copy = { ...job };
	delete copy.webhookUrl;
	return copy;
};
