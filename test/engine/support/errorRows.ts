import { runAction } from '../../support/action';
import type { ApiErrorRow } from '../../support/rows/errors';
import { expectOutcome } from '../../support/rows/expectations';
import type { ErrorSetting, OperationRow } from '../../support/rows/operations';
import type { EngineStage } from './stage';

/** A key that is refused for one item is refused for all that come after; a job that is gone is deleted. */
const failingItems = (operation: string, status: number): number[] => {
	if (operation === 'delete' && status === 404) return [];
	return status === 401 ? [1, 2] : [1];
};

/** Runs an operation with three items, has the API answer the second with an error, and holds what comes out. */
export const expectErrorOfSecondItem = async (
	stage: EngineStage,
	row: OperationRow,
	{ status, code, message }: ApiErrorRow,
	setting: ErrorSetting,
): Promise<void> => {
	const items = row.items(stage, 3);
	stage.sandbox.fault('error', { status, code, ...row.requestOf(items, 1) });
	const ran = await runAction(stage, row.parameters(stage), { items, more: { onError: setting } });
	const failing = failingItems(row.name, status);
	expectOutcome(ran, { row, items, setting, failing, message });
};
