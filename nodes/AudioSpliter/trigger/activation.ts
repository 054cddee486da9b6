import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { readSecret } from '../webhook/verify';

/**
 * Refuses to activate a trigger that could only turn every delivery away.
 *
 * @throws NodeOperationError when the credential has no signing secret
 */
export async function assertSigningSecret(ctx: IHookFunctions): Promise<void> {
	if ((await readSecret(ctx)) !== '') return;
	// The dialog of a failed activation shows the message alone, so it says what to do as well.
	throw new NodeOperationError(
		ctx.getNode(),
		"The AudioSpliter credential has no webhook signing secret. Copy the secret from Settings > Webhooks in the AudioSpliter dashboard into the credential's field 'Webhook Signing Secret', then publish the workflow again.",
	);
}
