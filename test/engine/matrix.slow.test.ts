import { API_ERRORS } from '../support/rows/errors';
import { ERROR_SETTINGS, OPERATIONS } from '../support/rows/operations';
import { expectErrorOfSecondItem } from './support/errorRows';
import { useEngine } from './support/stage';

const stage = useEngine();

describe.each(OPERATIONS)('$name', (row) => {
	describe.each(ERROR_SETTINGS)('%s', (setting) => {
		it.each(API_ERRORS)('$status $code', async (error) => {
			await expectErrorOfSecondItem(stage, row, error, setting);
		});
	});
});
