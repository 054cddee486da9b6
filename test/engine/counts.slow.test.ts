import { OPERATIONS } from '../support/rows/operations';
import { itTreatsEveryItem } from './support/counts';

describe.each(OPERATIONS)('$name, with 200 items', (row) => itTreatsEveryItem(row, 200));
