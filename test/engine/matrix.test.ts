import { runAction } from '../support/action';
import { API_ERRORS } from '../support/rows/errors';
import { expectOutcome } from '../support/rows/expectations';
import { ERROR_SETTINGS, OPERATIONS } from '../support/rows/operations';
import { useEngine } from './support/stage';

const stage = useEngine();

/** A key that is refused for one item is refused for all that come after; a job that is gone is deleted. */
const failingItems = (operation: string, status: number): number[] => {
	if (operation === 'delete' && status === 404) return [];
	return status === 401 ? [1, 2] : [1];
};

describe.each(OPERATIONS)('$name', (row) => {
	describe.each(ERROR_SETTINGS)('%s', (setting) => {
		it.each(API_ERRORS)('$status $code', async ({ status, code, message }) => {
			const items = row.items(stage, 3);
			stage.sandbox.fault('error', { status, code, ...row.requestOf(items, 1) });
			const ran = await runAction(stage, row.parameters(stage), {
				items,
				more: { onError: setting },
			});
			const failing = failingItems(row.name, status);
			expectOutcome(ran, { row, items, setting, failing, message });
		});
	});
});
