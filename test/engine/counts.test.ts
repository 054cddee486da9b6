import { OPERATIONS } from '../support/rows/operations';
import { itTreatsEveryItem } from './support/counts';
import { useEngine } from './support/stage';

const stage = useEngine();

describe.each(OPERATIONS)('$name', (row) => {
	describe.each([1, 25])('with %i item(s)', (count) => itTreatsEveryItem(stage, row, count));
});
