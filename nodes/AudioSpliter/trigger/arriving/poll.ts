import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { affectsEveryItem, asNodeError } from '../../n8n/errors';
import { logOnceAMinute } from '../../n8n/log';
import { toOption } from '../../n8n/parameters';
import { OUTPUT_RULE } from '../../output/options';
import { assertEvents, findableEvents, POLLED_EVENTS_RULE } from '../events';
import { toMetadataFilter } from '../filters';
import { lookForFinished } from './lookForFinished';
import { notePublication } from './publication';

/**
 * Looks for jobs that have finished since the last poll, and has an execution emit them.
 *
 * @returns nothing: n8n would not say what became of the execution that it starts itself
 * @throws NodeApiError when the key is refused, which n8n shows as a failed execution. What passes by itself only delays.
 */
export async function poll(ctx: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	assertEvents(ctx, ctx.getNodeParameter('events', []), POLLED_EVENTS_RULE);
	toOption(ctx, ctx.getNodeParameter('output', 'job'), OUTPUT_RULE);
	const events = findableEvents(ctx.getNodeParameter('events', []));
	const metadata = toMetadataFilter(ctx, ctx.getNodeParameter('filters', {}));
	notePublication(ctx, { events, metadata: [...metadata] });
	try {
		await lookForFinished(ctx, { events, filter: { metadata }, grace: 0 });
	} catch (error) {
		if (affectsEveryItem(error)) throw asNodeError(ctx, error, 0);
		logOnceAMinute(
			ctx,
			'warn',
			`AudioSpliter: a poll failed, and the next one makes up for it: ${error}`,
		);
	}
	return null;
}
