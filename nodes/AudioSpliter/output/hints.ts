import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

const LINKS_END = 'The download links end after 24 hours, and nothing was downloaded.';
const LINKS_OF_SEGMENTS = `${LINKS_END} Turn on 'Download Segments', or use 'Segment > Download', to keep the files.`;
const LINKS_OF_JOBS = `${LINKS_END} To keep the files, set 'Output' to 'One Item per Segment' and turn on 'Download Segments', or use 'Segment > Download'.`;

/** More than this is rarely meant: a duration in minutes where seconds are asked for. */
export const MANY_SEGMENTS = 1_000;
/** The same in a message, written out: the first `toLocaleString` takes 10 ms, which would delay n8n's start. */
export const MANY_SEGMENTS_TEXT = '1,000';

const isFailed = ({ json }: INodeExecutionData): boolean => (json.error ?? undefined) !== undefined;

const isLinkAlone = ({ json, binary }: INodeExecutionData): boolean =>
	json.downloadUrl !== undefined && binary === undefined;

const hasLinks = ({ json: { segments } }: INodeExecutionData): boolean =>
	Array.isArray(segments) && segments.length > 0;

/** How many jobs of these items have more segments than are rarely meant. An item is a job or a segment of one. */
const countLargeJobs = (items: INodeExecutionData[]): number =>
	new Set(
		items
			.filter(({ json }) => Number(json.segmentCount) > MANY_SEGMENTS)
			.map(({ json }) => json.jobId ?? json.id),
	).size;

const tellLargeJobs = (jobs: number): string =>
	`${jobs === 1 ? 'A job has' : `${jobs} jobs have`} more than ${MANY_SEGMENTS_TEXT} segments. If you did not expect that, check 'Segment Duration' (seconds) or 'Max Segment Size' (MB).`;

/** What is worth saying above these items: that links end, that some failed, that there are many. */
export function hintsOf(items: INodeExecutionData[]): NodeExecutionHint[] {
	const failed = items.filter(isFailed).length;
	const largeJobs = countLargeJobs(items);
	const messages = [
		...(failed > 0
			? [`${failed} of ${items.length} items failed: see the 'error' field of each.`]
			: []),
		...(largeJobs > 0 ? [tellLargeJobs(largeJobs)] : []),
		...(items.some(isLinkAlone) ? [LINKS_OF_SEGMENTS] : []),
		...(items.some(hasLinks) ? [LINKS_OF_JOBS] : []),
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
