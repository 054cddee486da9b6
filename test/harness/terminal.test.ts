import { helpItem, labelled, tableOrList, wrapped } from '../../harness/terminal';
import { testHelp } from '../../scripts/arguments';
import { eventTable } from '../../scripts/demo/events';
import { segmentTable } from '../../scripts/demo/segments';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

describe('tableOrList', () => {
	const content = {
		head: ['Name', 'Value'],
		rows: [
			['one', '1'],
			['another', '22'],
		],
	};

	it('draws a table where it fits', () => {
		expect(tableOrList(content, 80).split('\n')[0]).toMatch(/^┌─+┬─+┐$/);
	});

	it('falls back to a list where it does not', () => {
		expect(tableOrList(content, 15)).toBe('Name   one\nValue  1\n\nName   another\nValue  22');
	});
});

it('breaks lines between words', () => {
	const text = '✔ every downloaded file is as long and as large as its item says';
	expect(wrapped(text, 60)).toBe(text.replace('item says', 'item\nsays'));
});

it('breaks them in the narrowest terminal too', () => {
	expect(widest(wrapped('every downloaded file is as long as its item says', 20))).toBe(18);
});

describe('helpItem', () => {
	const item = (width: number) =>
		helpItem('--fault <name>', 16, 'a fault that every request meets, see below', width);

	it('sets a description beside its option, in lines of one indent', () => {
		expect(item(50)).toBe(
			`  --fault <name>    a fault that every request\n${' '.repeat(20)}meets, see below`,
		);
	});

	it('sets it below where the terminal is too narrow', () => {
		expect(item(40)).toBe(
			'  --fault <name>\n      a fault that every request meets,\n      see below',
		);
	});

	it.each([40, 80])('lets the help of npm test fit %i columns', (width) => {
		expect(widest(testHelp(width))).toBeLessThanOrEqual(width);
	});
});

describe('labelled', () => {
	const entries = [
		['Base URL', 'http://127.0.0.1:4010/api/v1'],
		['Key', 'as_test'],
	] as const;

	it('sets values beside their names where they fit', () => {
		expect(labelled([...entries], 80)).toBe(
			'Base URL  http://127.0.0.1:4010/api/v1\nKey       as_test',
		);
	});

	it('sets them below where they do not, and cuts nothing', () => {
		expect(labelled([...entries], 30)).toBe(
			'Base URL\n  http://127.0.0.1:4010/api/v1\nKey\n  as_test',
		);
	});
});

describe("the demo's tables", () => {
	const segment = {
		...{ index: 4, start: 600, end: 720.05, fileName: 'recording-job_0123456789ab-004.mp3' },
		...{ said: { duration: 120.05, size: 481_254 }, read: { duration: 120.05, size: 481_254 } },
	};
	const event = {
		...{ execution: '1000', event: 'job.completed', deliveryId: 'evt_0123456789abcdef' },
		...{ timestamp: '2026-11-27T08:11:24Z', jobId: 'job_0123456789abcdef' },
	};

	it('fit 80 columns', () => {
		expect(segmentTable([segment], 80)).toContain('│');
		expect(eventTable([event], 80)).toContain('│');
	});

	it('are lists in 60 and 40 columns, no wider than that', () => {
		for (const width of [60, 40]) {
			expect(widest(segmentTable([segment], width))).toBeLessThanOrEqual(width);
			expect(widest(eventTable([event], width))).toBeLessThanOrEqual(width);
		}
		expect(segmentTable([segment], 60)).toContain('Start – end  10:00 – 12:00');
	});
});
