import { API_ERRORS } from '../support/rows/errors';
import { ERROR_SETTINGS, OPERATIONS } from '../support/rows/operations';
import { expectErrorOfSecondItem } from './support/errorRows';
import { onStage } from './support/stage';

/** Each operation with each error; with each error setting, too, in `matrix.slow.test.ts`. */
const ROWS = OPERATIONS.flatMap((row, index) =>
	API_ERRORS.map((error, turn) => ({
		...{ row, error, name: row.name, status: error.status, code: error.code },
		setting: ERROR_SETTINGS[(index + turn) % ERROR_SETTINGS.length] ?? 'stopWorkflow',
	})),
);

it.concurrent.each(ROWS)(
	'$name, $status $code, $setting',
	onStage(async (stage, { row, error, setting }) => {
		await expectErrorOfSecondItem(stage, row, error, setting);
	}),
);
