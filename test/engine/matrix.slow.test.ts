import { API_ERRORS } from '../support/rows/errors';
import { ERROR_SETTINGS, OPERATIONS } from '../support/rows/operations';
import { expectErrorOfSecondItem } from './support/errorRows';
import { onStage } from './support/stage';

const ROWS = OPERATIONS.flatMap((row) =>
	ERROR_SETTINGS.flatMap((setting) =>
		API_ERRORS.map((error) => ({
			...{ row, setting, error, name: row.name, status: error.status, code: error.code },
		})),
	),
);

it.concurrent.each(ROWS)(
	'$name, $setting, $status $code',
	onStage(async (stage, { row, error, setting }) => {
		await expectErrorOfSecondItem(stage, row, error, setting);
	}),
);
