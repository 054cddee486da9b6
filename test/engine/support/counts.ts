import { runAction } from '../../support/action';
import { expectOutcome } from '../../support/rows/expectations';
import type { OperationRow } from '../../support/rows/operations';
import { ERROR_SETTINGS } from '../../support/rows/operations';
import { onStage } from './stage';

/** Tests that an operation treats every one of so many items, on each error setting. */
export const itTreatsEveryItem = (row: OperationRow, count: number): void => {
	it.concurrent(
		'puts out every item',
		onStage(async (stage) => {
			const items = row.items(stage, count);
			const ran = await runAction(stage, row.parameters(stage), { items });
			const nothing = { failing: [], message: /^$/ };
			expectOutcome(ran, { row, items, setting: 'stopWorkflow', ...nothing });
			for (const { binary } of ran.items) {
				expect(binary !== undefined).toBe(row.name === 'download segments');
			}
		}),
	);

	it.concurrent.each(ERROR_SETTINGS)(
		'%s where the last item fails',
		onStage(async (stage, setting) => {
			const items = row.items(stage, count);
			const last = count - 1;
			stage.sandbox.fault('error', {
				status: 409,
				code: 'JOB_ALREADY_PROCESSING',
				...row.requestOf(items, last),
			});
			const ran = await runAction(stage, row.parameters(stage), {
				items,
				more: { onError: setting },
			});
			const message = /^The job is being processed/;
			expectOutcome(ran, { row, items, setting, failing: [last], message });
		}),
	);
};
