import type { INode } from 'n8n-workflow';
import type { Job } from '../../../../nodes/AudioSpliter/job/types';
import { matchJob, toMetadataFilter } from '../../../../nodes/AudioSpliter/trigger/filters';

const ctx = { getNode: () => ({ name: 'Trigger' }) as INode };

const filterOf = (...values: unknown[]) => toMetadataFilter(ctx, { metadata: { values } });

describe('the field Filters', () => {
	it.each([[undefined], [null], [{}], [{ metadata: {} }], [{ metadata: { values: [] } }], ['x']])(
		'without an entry lets every job through: %j',
		(filters) => expect(toMetadataFilter(ctx, filters).size).toBe(0),
	);

	it('takes texts, and numbers as text', () => {
		const filter = filterOf({ key: ' project ', value: 'town-hall' }, { key: 7, value: 1 });
		expect([...filter]).toEqual([
			...[
				['project', 'town-hall'],
				['7', '1'],
			],
		]);
	});

	it.each([
		{ key: '', value: 'x' },
		{ key: ' ', value: 'x' },
		{ key: null, value: 'x' },
		{ value: 'x' },
		{ key: ['a'], value: 'x' },
		{ key: { a: 1 }, value: 'x' },
		{ key: 'when', value: new Date(NaN) },
		'text',
		null,
	])('refuses an entry that would let every job through, or none: %j', (entry) => {
		expect(() => filterOf(entry)).toThrow("'Filters > Metadata' has an entry that cannot be used");
	});
});

describe('a job', () => {
	const job = (fields: Partial<Job>): Job => ({ id: 'job_1', status: 'completed', ...fields });
	const metadata = new Map([['project', 'town-hall']]);

	it.each([
		[{ project: 'town-hall', more: 1 }, 'yes'],
		[{ project: 'other' }, 'no'],
		[{}, 'no'],
		[undefined, 'unclear'],
	])('with the metadata %j is one that the filter is for: %s', (given, match) => {
		expect(matchJob({ metadata }, job({ metadata: given }))).toBe(match);
	});

	it.each([
		['https://n8n.example.com/webhook/1/webhook', 'yes'],
		['https://other.example.com/n8n/webhook/1/webhook', 'yes'],
		['https://n8n.example.com/webhook/2/webhook', 'no'],
		['no address', 'no'],
		[undefined, 'yes'],
		['', 'yes'],
	])('with the webhook URL %s is the trigger’s: %s', (named, match) => {
		const webhookUrl = 'https://n8n.example.com/webhook/1/webhook';
		const filter = { metadata: new Map<string, string>(), webhookUrl };
		expect(matchJob(filter, job({ webhookUrl: named }))).toBe(match);
	});
});
