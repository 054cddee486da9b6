import { toSegmentItems } from '../../job/segment';
import { withHints } from '../../output/hints';
import { toSegmentOutput } from '../../output/jobOutput';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';
import { completedJobs } from './completedJobs';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many segments',
		description: "List a completed job's segments with positions and fresh download links",
	},
	fields: [jobIdField],
	async execute(ctx) {
		const getCompleted = completedJobs(ctx);
		const list = forEachItem(async (_ctx, itemIndex) => {
			const { job, at } = await getCompleted(readJobId(ctx, itemIndex), itemIndex);
			const segments = toSegmentItems(job);
			const options = { segments, download: false, binaryProperty: '', source: { at } };
			return await toSegmentOutput(ctx, job, options, itemIndex);
		});
		return withHints(ctx, await list(ctx));
	},
};
