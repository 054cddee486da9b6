import { isDeepStrictEqual } from 'node:util';
import type { Ran } from '../../support/action';
import { runAction } from '../../support/action';
import type { ApiErrorRow } from '../../support/rows/errors';
import { expectOutcome } from '../../support/rows/expectations';
import type { ErrorSetting, OperationRow } from '../../support/rows/operations';
import type { EngineStage } from './stage';

/** What an account or its key has no right to is refused for all items that come after. */
const isForAllItems = ({ status, code }: ApiErrorRow): boolean =>
	status === 401 || status === 402 || code === 'INSUFFICIENT_SCOPE';

const WAIT = 'wait for completion';

/**
 * A wait asks for the next job where an answer takes long, as on a busy machine. A refused key then ends the wait for the
 * first job as well.
 */
const failedFirst = ({ error, json, failed }: Ran): boolean =>
	error?.context?.itemIndex === 0 ||
	typeof json[0]?.error === 'string' ||
	isDeepStrictEqual(failed[0]?.pairedItem, { item: 0 });

/** A job that is gone is deleted. */
const failingItems = (operation: string, error: ApiErrorRow): number[] => {
	if (operation === 'delete' && error.status === 404) return [];
	return isForAllItems(error) ? [1, 2] : [1];
};

/** Runs an operation with three items, has the API answer the second with an error, and holds what comes out. */
export const expectErrorOfSecondItem = async (
	stage: EngineStage,
	row: OperationRow,
	error: ApiErrorRow,
	setting: ErrorSetting,
): Promise<void> => {
	const { status, code, message } = error;
	const items = row.items(stage, 3);
	stage.sandbox.fault('error', { status, code, ...row.requestOf(items, 1) });
	const ran = await runAction(stage, row.parameters(stage), { items, more: { onError: setting } });
	const failing = failingItems(row.name, error);
	if (row.name === WAIT && isForAllItems(error) && failedFirst(ran)) failing.unshift(0);
	expectOutcome(ran, { row, items, setting, failing, message });
};
