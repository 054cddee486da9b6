import type { Ran } from '../action';
import type { ErrorSetting, OperationRow } from './operations';

/** What came in, and which of it failed with what. */
interface Outcome {
	row: OperationRow;
	items: object[];
	setting: ErrorSetting;
	/** Item indexes; where the node stops, the first is what it stopped at. */
	failing: number[];
	message: RegExp;
}

const times = <T>(count: number, value: (index: number) => T): T[] =>
	Array.from({ length: count }, (_unused, index) => value(index));

/** JSON and pair of what comes out for one item, in order. */
const outputsOf = ({ row, items, failing, message }: Outcome, item: number) =>
	failing.includes(item)
		? [[expect.objectContaining({ error: expect.stringMatching(message) as string }), { item }]]
		: times(row.outputs, (output) => [
				expect.objectContaining(row.expected(items[item] as object, output)),
				{ item },
			]);

const read = (items: Ran['items']) => items.map(({ json, pairedItem }) => [json, pairedItem]);

/** Holds that every item came out where the error setting says, in order, paired, with its error if it failed. */
export const expectOutcome = (ran: Ran, outcome: Outcome): void => {
	const { items, setting, failing, message } = outcome;
	const all = times(items.length, (item) => item);
	if (setting === 'stopWorkflow' && failing.length > 0) {
		expect(ran.execution.status).toBe('error');
		expect(ran.error?.message).toMatch(message);
		expect(ran.error?.description).toBeTruthy();
		expect(ran.error?.context?.itemIndex).toBe(failing[0]);
		expect(ran.items).toEqual([]);
		return;
	}
	expect(ran.error).toBeUndefined();
	expect(ran.execution.status).toBe('success');
	const isSplit = setting === 'continueErrorOutput';
	const regular = isSplit ? all.filter((item) => !failing.includes(item)) : all;
	expect(read(ran.items)).toEqual(regular.flatMap((item) => outputsOf(outcome, item)));
	const errors = isSplit ? failing : [];
	expect(read(ran.failed)).toEqual(errors.flatMap((item) => outputsOf(outcome, item)));
};
