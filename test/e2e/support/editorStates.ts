import type { INodeParameters } from 'n8n-workflow';

/** Parameters of a node, and the labels that its detail view then shows, in order. */
export interface EditorState {
	title: string;
	parameters: INodeParameters;
	shown: string[];
}

const job = (operation: string, more: INodeParameters = {}): INodeParameters => ({
	...{ resource: 'splitJob', operation },
	...more,
});
const segment = (operation: string): INodeParameters => ({ resource: 'segment', operation });
const create = (more: INodeParameters = {}): INodeParameters => job('create', more);
const byId = { jobId: { __rl: true, mode: 'id', value: 'job_7f3k' } };

/** Every field of the collections has a value here, so that what does not show is hidden. */
const additionalFields = {
	metadata: { values: [{ key: 'episode', value: '42' }] },
	outputFormat: 'mp3',
	webhookUrl: 'https://n8n.example.com/webhook/1/webhook',
};
const waitOptions = { maxWait: 30, onTimeout: 'fail', pollInterval: 5, maxPollInterval: 30 };
/** Left from another choice: n8n keeps the values of what it hides. */
const files = { output: 'segments', download: true };

const START = ['Resource', 'Operation'];
const URL_SOURCE = [...START, 'Source', 'Source URL'];
const FILE_SOURCE = [...START, 'Source', 'Input Data Field Name'];
const BY_DURATION = ['Split Mode', 'Segment Duration', 'Wait for Completion'];
const BY_SIZE = ['Split Mode', 'Max Segment Size', 'Wait for Completion'];
const FILES = ['Output', 'Download Segments', 'Output Data Field Name'];
const FIELDS = ['Additional Fields', 'Metadata', 'Key', 'Value', 'Output Format'];
const ALL_FIELDS = [...FIELDS, 'Webhook URL'];
const POLLING = ['Max Wait', 'On Timeout', 'Poll Interval', 'Max Poll Interval'];
const WAIT = 'Wait Options';
const MORE = 'Additional Fields';
const LOOK = 'Look for Missed Events';
const filters = { metadata: { values: [{ key: 'project', value: 'town-hall' }] } };
const FILTERS = ['Filters', 'Metadata', 'Key', 'Value'];
/** n8n's own. */
const POLL_TIMES = ['Poll Times', 'Mode'];

/** What the design says, row by row; the nodes' own conditions are not asked. */
export const ACTION_STATES: EditorState[] = [
	{
		title: 'Create as it begins',
		parameters: create(),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, 'Output', MORE],
	},
	{
		title: 'Create from a file',
		parameters: create({ source: 'binary' }),
		shown: [...FILE_SOURCE, ...BY_DURATION, WAIT, 'Output', MORE],
	},
	{
		title: 'Create by size',
		parameters: create({ splitMode: 'fileSize' }),
		shown: [...URL_SOURCE, ...BY_SIZE, WAIT, 'Output', MORE],
	},
	{
		title: 'Create with all that polling has',
		parameters: create({ waitMode: 'poll', additionalFields, waitOptions }),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, ...POLLING, 'Output', ...ALL_FIELDS],
	},
	{
		title: 'Create with segments',
		parameters: create({ output: 'segments' }),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, 'Output', 'Download Segments', MORE],
	},
	{
		title: 'Create with downloads',
		parameters: create(files),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, ...FILES, MORE],
	},
	{
		title: 'Create with a job and a download left over',
		parameters: create({ output: 'job', download: true }),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, 'Output', MORE],
	},
	{
		title: 'Create and pause',
		parameters: create({ waitMode: 'webhook', additionalFields, waitOptions }),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, 'Max Wait', 'Output', ...FIELDS],
	},
	{
		title: 'Create and pause with downloads',
		parameters: create({ waitMode: 'webhook', ...files }),
		shown: [...URL_SOURCE, ...BY_DURATION, WAIT, ...FILES, MORE],
	},
	{
		title: 'Create without waiting',
		parameters: create({ waitMode: 'none', ...files, additionalFields, waitOptions }),
		shown: [...URL_SOURCE, ...BY_DURATION, ...ALL_FIELDS],
	},
	{
		title: 'Create from a file by size without waiting',
		parameters: create({ source: 'binary', splitMode: 'fileSize', waitMode: 'none' }),
		shown: [...FILE_SOURCE, ...BY_SIZE, MORE],
	},
	{ title: 'Delete', parameters: job('delete', byId), shown: [...START, 'Job'] },
	{ title: 'Get', parameters: job('get', byId), shown: [...START, 'Job', 'Simplify'] },
	{
		title: 'Get Many',
		parameters: job('getAll', { filters: { status: 'completed' } }),
		shown: [...START, 'Return All', 'Limit', 'Filters', 'Status', 'Simplify'],
	},
	{
		title: 'Get Many with all',
		parameters: job('getAll', { returnAll: true }),
		shown: [...START, 'Return All', 'Filters', 'Simplify'],
	},
	{
		title: 'Wait for Completion',
		parameters: job('wait', { ...byId, waitOptions }),
		shown: [...START, 'Job', 'Output', WAIT, ...POLLING],
	},
	{
		title: 'Wait for Completion with segments',
		parameters: job('wait', { ...byId, output: 'segments' }),
		shown: [...START, 'Job', 'Output', 'Download Segments', WAIT],
	},
	{
		title: 'Wait for Completion with downloads',
		parameters: job('wait', { ...byId, ...files }),
		shown: [...START, 'Job', ...FILES, WAIT],
	},
	{
		title: 'Segment Get Many',
		parameters: { ...segment('getAll'), ...byId },
		shown: [...START, 'Job'],
	},
	{
		title: 'Segment Download',
		parameters: { ...segment('download'), ...byId },
		shown: [...START, 'Job', 'Segments', 'Output Data Field Name'],
	},
];

export const TRIGGER_STATES: EditorState[] = [
	{
		title: 'Trigger as it begins',
		parameters: {},
		shown: ['Trigger On', 'Output', LOOK],
	},
	{
		title: 'Trigger with segments',
		parameters: { output: 'segments' },
		shown: ['Trigger On', 'Output', 'Download Segments', LOOK],
	},
	{
		title: 'Trigger with downloads',
		parameters: files,
		shown: ['Trigger On', ...FILES, LOOK],
	},
	{
		title: 'Trigger that looks',
		parameters: { lookForMissed: true, lookEvery: 5, filters },
		shown: ['Trigger On', 'Output', LOOK, 'Look Every', ...FILTERS],
	},
	{
		title: 'Trigger with looks left over',
		parameters: { lookForMissed: false, lookEvery: 5, filters },
		shown: ['Trigger On', 'Output', LOOK],
	},
];

export const POLLING_TRIGGER_STATES: EditorState[] = [
	{
		title: 'Polling trigger as it begins',
		parameters: {},
		shown: [...POLL_TIMES, 'Trigger On', 'Output', 'Filters'],
	},
	{
		title: 'Polling trigger with all',
		parameters: { ...files, filters },
		shown: [...POLL_TIMES, 'Trigger On', ...FILES, ...FILTERS],
	},
];
