import type { INodeProperties } from 'n8n-workflow';

/**
 * The two fields of an entry with a name.
 *
 * @param example what their placeholders show
 */
export const entryFields = (example: Record<'key' | 'value', string>): INodeProperties[] => [
	{
		displayName: 'Key',
		name: 'key',
		type: 'string',
		default: '',
		placeholder: `e.g. ${example.key}`,
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		placeholder: `e.g. ${example.value}`,
	},
];
