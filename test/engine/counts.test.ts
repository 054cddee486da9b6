import { OPERATIONS } from '../support/rows/operations';
import { itTreatsEveryItem } from './support/counts';

describe.each(OPERATIONS)('$name', (row) => {
	describe.each([1, 25])('with %i item(s)', (count) => itTreatsEveryItem(row, count));
});
