import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

const LINKS_END =
	"The download links end after 24 hours, and nothing was downloaded. Turn on 'Download Segments', or use 'Segment > Download', to keep the files.";

const isFailed = ({ json }: INodeExecutionData): boolean => (json.error ?? undefined) !== undefined;

const isLinkAlone = ({ json, binary }: INodeExecutionData): boolean =>
	json.downloadUrl !== undefined && binary === undefined;

/** What is worth saying above these items: that links end, that some failed. */
export function hintsOf(items: INodeExecutionData[]): NodeExecutionHint[] {
	const failed = items.filter(isFailed).length;
	const messages = [
		...(failed > 0
			? [`${failed} of ${items.length} items failed: see the 'error' field of each.`]
			: []),
		...(items.some(isLinkAlone) ? [LINKS_END] : []),
	];
	return messages.map((message) => ({ message, location: 'outputPane' }));
}

/** Puts notes above the node's output that spare a question. */
export function withHints(
	ctx: Pick<IExecuteFunctions, 'addExecutionHints'>,
	items: INodeExecutionData[],
): INodeExecutionData[] {
	const hints = hintsOf(items);
	if (hints.length > 0) ctx.addExecutionHints(...hints);
	return items;
}
