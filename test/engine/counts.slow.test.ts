import { OPERATIONS } from '../support/rows/operations';
import { itTreatsEveryItem } from './support/counts';
import { useEngine } from './support/stage';

const stage = useEngine();

describe.each(OPERATIONS)('$name, with 200 items', (row) => itTreatsEveryItem(stage, row, 200));
