import type { IHookFunctions, ITriggerFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { isRecord } from '../job/values';
import { logOnceAMinute } from '../n8n/log';
import { toNumberBy, toOption, toSwitch } from '../n8n/parameters';
import { OUTPUT_RULE } from '../output/options';
import { findSecretFault, SECRET_REMEDY } from '../webhook/secretFault';
import { readSecret } from '../webhook/verify';
import { assertEvents, findableEvents } from './events';
import type { JobFilter } from './filters';
import { toMetadataFilter } from './filters';

/** The dialog of a failed activation shows the message alone, so it says what to do as well. */
const refuse = (ctx: IHookFunctions, what: string, remedy: string): NodeOperationError => {
	const again =
		ctx.getMode() === 'manual' ? 'execute the step again' : 'publish the workflow again';
	return new NodeOperationError(ctx.getNode(), `${what}. ${remedy}, then ${again}.`);
};

/**
 * n8n leaves a body alone until its signature is checked only where the node's version is 1 and `options.binaryData` is set
 * (n8n: `parseRequestBody`). The hidden field sees to that, unless a workflow was written by hand.
 */
function assertBodiesAreLeftAlone(ctx: IHookFunctions): void {
	const { typeVersion } = ctx.getNode();
	if (typeVersion !== 1) {
		throw refuse(
			ctx,
			`This trigger has the version ${typeVersion}, in which n8n would unpack bodies before their signature is checked`,
			"Set 'typeVersion' to 1 in the trigger's JSON, or add the trigger again",
		);
	}
	const options: unknown = ctx.getNodeParameter('options', {});
	if (isRecord(options) && Boolean(options.binaryData)) return;
	throw refuse(
		ctx,
		"This trigger's hidden parameter 'options' was changed, so that n8n would unpack bodies before their signature is checked",
		"Remove 'options' from the parameters in the trigger's JSON, or add the trigger again",
	);
}

async function assertSigningSecret(ctx: IHookFunctions): Promise<void> {
	const secret = await readSecret(ctx);
	if (secret === '') {
		throw refuse(ctx, 'The AudioSpliter credential has no webhook signing secret', SECRET_REMEDY);
	}
	const fault = findSecretFault(secret);
	if (fault === undefined) return;
	const what = `The AudioSpliter credential's webhook signing secret ${fault.what}`;
	if (fault.kind === 'unusable') throw refuse(ctx, what, SECRET_REMEDY);
	logOnceAMinute(ctx, 'warn', `${what}. If deliveries are refused with 401: ${SECRET_REMEDY}`);
}

/** Minutes, as the field says. n8n's clocks cannot be set for more than some weeks, and nobody looks so seldom. */
const LOOK_EVERY_RULE = {
	label: 'Look Every',
	wanted: 'minutes, 1 or more',
	accepts: (minutes: number) => minutes >= 1,
	advice: 'Enter how many minutes pass from one look to the next.',
};

/** The trigger's own looks at the service. */
export interface LookOptions {
	/** Those that a look can find. */
	events: string[];
	metadata: JobFilter['metadata'];
	/** Milliseconds. */
	every: number;
}

/**
 * Reads how the trigger looks for missed events; undefined where it does not.
 *
 * @throws NodeOperationError for a value that a field does not take
 */
export function readLookOptions(ctx: IHookFunctions | ITriggerFunctions): LookOptions | undefined {
	const isOn = toSwitch(
		ctx,
		ctx.getNodeParameter('lookForMissed', false),
		'Look for Missed Events',
	);
	if (!isOn) return undefined;
	const minutes = toNumberBy(ctx, ctx.getNodeParameter('lookEvery', 10), LOOK_EVERY_RULE);
	return {
		events: findableEvents(ctx.getNodeParameter('events', [])),
		metadata: toMetadataFilter(ctx, ctx.getNodeParameter('filters', {})),
		every: minutes * 60_000,
	};
}

/**
 * Refuses to activate a trigger that could only turn every delivery away, that would do so in an unsafe way, or that would
 * wait for what does not exist.
 *
 * @throws NodeOperationError that says what to do
 */
export async function assertCanReceive(ctx: IHookFunctions): Promise<void> {
	assertEvents(ctx, ctx.getNodeParameter('events', []));
	toOption(ctx, ctx.getNodeParameter('output', 'job'), OUTPUT_RULE);
	readLookOptions(ctx);
	assertBodiesAreLeftAlone(ctx);
	await assertSigningSecret(ctx);
}
