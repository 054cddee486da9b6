import { DateTime, Duration, Interval } from 'luxon';
import type { MetadataEntry } from '../../../../../nodes/AudioSpliter/resources/splitJob/metadata';
import { toMetadata } from '../../../../../nodes/AudioSpliter/resources/splitJob/metadata';
import { actionContext } from '../support';

const { ctx } = actionContext({});
const read = (...entries: MetadataEntry[]) => toMetadata(ctx, entries, 4);
const DAY = DateTime.fromISO('2026-01-02T03:04:05.000Z', { zone: 'utc' });

it.each<[string, unknown, string]>([
	['a text', ' a "b" ', ' a "b" '],
	['a number', 42, '42'],
	['a switch', false, 'false'],
	['nothing', undefined, ''],
	['null', null, ''],
	['a list', [1, 'a'], '[1,"a"]'],
	['an object', { a: { b: 1 } }, '{"a":{"b":1}}'],
	['a date', new Date('2026-01-02T03:04:05Z'), '2026-01-02T03:04:05.000Z'],
	['a DateTime', DAY, '2026-01-02T03:04:05.000Z'],
	['a DateTime in its own time zone', DAY.setZone('Asia/Tokyo'), '2026-01-02T12:04:05.000+09:00'],
	['a Duration', Duration.fromObject({ hours: 24 }), 'PT24H'],
	[
		'an Interval',
		Interval.after(DAY, { hours: 1 }),
		'2026-01-02T03:04:05.000Z/2026-01-02T04:04:05.000Z',
	],
	['a list of dates, as JSON', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
])('takes %s as text', (_what, value, text) => {
	expect(read({ key: 'k', value })).toEqual({ k: text });
});

it.each<[string, unknown]>([
	['date', new Date('tomorrow')],
	['DateTime', DateTime.fromISO('tomorrow')],
	['DateTime that n8n has made a text of', DateTime.fromISO('tomorrow').toString()],
	['Duration', Duration.fromISO('a day')],
	['Interval', Interval.after(DateTime.fromISO('tomorrow'), 5)],
])('refuses an invalid %s, and names the entry', (_what, value) => {
	expect(() => read({ key: 'a', value: 1 }, { key: 'due', value })).toThrow(
		expect.objectContaining({
			message: "The value of 'due' in 'Metadata' is not a valid date",
			context: { itemIndex: 4 },
		}) as Error,
	);
});

it('takes no entries for nothing', () => {
	expect(read()).toBeUndefined();
});

it.each<[string, unknown, string]>([
	['blanks around a key', ' a ', 'a'],
	['a number for a key', 7, '7'],
])('takes %s', (_what, key, name) => {
	expect(read({ key, value: 1 })).toEqual({ [name]: '1' });
});

it.each<[string, unknown, string]>([
	['a key of blanks', ' ', "'Metadata' has an entry without a key"],
	['no key', undefined, "'Metadata' has an entry without a key"],
	['a key that is no text', { a: 1 }, `'Metadata' has an entry whose key is no text: '{"a":1}'`],
])('refuses %s', (_what, key, message) => {
	expect(() => read({ key, value: 1 })).toThrow(
		expect.objectContaining({ message, context: { itemIndex: 4 } }) as Error,
	);
});
