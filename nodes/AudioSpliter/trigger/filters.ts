import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Job } from '../job/types';
import { asText, isRecord } from '../job/values';
import { entryFields } from '../n8n/entryFields';
import { refusal } from '../n8n/errors';
import { quoteValue, toText } from '../n8n/parameters';

/** Which of the account's jobs a node is for. */
export interface JobFilter {
	/** What the job's metadata must hold. */
	metadata: ReadonlyMap<string, string>;
	/** The trigger's own: a job that names another one is another trigger's. */
	webhookUrl?: string;
}

export const filterField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{
			displayName: 'Metadata',
			name: 'metadata',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Metadata',
			default: { values: [{ key: '', value: '' }] },
			description: 'Only jobs whose metadata has all of these',
			options: [
				{
					displayName: 'Metadata',
					name: 'values',
					values: entryFields({ key: 'project', value: 'town-hall' }),
				},
			],
		},
	],
};

type NodeContext = Parameters<typeof refusal>[0];

/**
 * Takes the value of the field Filters.
 *
 * @throws NodeOperationError for an entry without a key, which would let every job through
 */
export function toMetadataFilter(ctx: NodeContext, filters: unknown): JobFilter['metadata'] {
	const metadata = isRecord(filters) ? filters.metadata : undefined;
	const values: unknown[] = isRecord(metadata) ? [metadata.values ?? []].flat() : [];
	const entries = values.map((entry): [string, string] => {
		const { key, value } = isRecord(entry) ? (entry as IDataObject) : {};
		const isText = typeof key !== 'object' || key === null;
		const name = isText ? asText(toText(key)?.trim()) : undefined;
		const text = toText(value);
		if (name !== undefined && text !== undefined) return [name, text];
		const message = `'Filters > Metadata' has an entry that cannot be used: ${quoteValue(entry)}`;
		throw refusal(ctx, message, 'Give it a key and a value, or remove it.');
	});
	return new Map(entries);
}

/** The end of a webhook's path, which is its own on any n8n: the host may have several names, and a proxy a prefix. */
const ownPath = (url: string): string =>
	URL.canParse(url) ? new URL(url).pathname.split('/').slice(-3).join('/') : url;

/** Whether the job is one that the node is for. `unclear`: this answer of the service does not say. */
export function matchJob(
	{ metadata, webhookUrl: own }: JobFilter,
	job: Job,
): 'yes' | 'no' | 'unclear' {
	const named = asText(job.webhookUrl);
	if (own !== undefined && named !== undefined && ownPath(named) !== ownPath(own)) return 'no';
	if (metadata.size === 0) return 'yes';
	const { metadata: given } = job;
	if (given === undefined) return 'unclear';
	const hasAll = [...metadata].every(([key, value]) => toText(given[key]) === value);
	return hasAll ? 'yes' : 'no';
}
