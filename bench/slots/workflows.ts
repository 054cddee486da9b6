import type { INode, INodeParameters } from 'n8n-workflow';
import type { CredentialReference, WorkflowDraft } from '../../harness/workflows';
import { audioSpliter, otherNode, workflow } from '../../harness/workflows';

/** Starts the workflow in production, as a user's own trigger would. */
const webhook = (path: string): INode => ({
	...otherNode('n8n-nodes-base.webhook', 2, 'Webhook', { path, httpMethod: 'GET' }),
	webhookId: path,
});

const create = (sourceUrl: string, credential: CredentialReference, more: INodeParameters): INode =>
	audioSpliter(
		{ resource: 'splitJob', operation: 'create', sourceUrl, segmentDuration: 5, ...more },
		credential,
	);

/** Create, then Wait, Get and If until the job is finished: what users build by hand. */
const loop = (
	path: string,
	sourceUrl: string,
	credential: CredentialReference,
	seconds: number,
): WorkflowDraft => {
	const get = audioSpliter(
		{
			resource: 'splitJob',
			operation: 'get',
			jobId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		},
		credential,
		{ name: 'Get' },
	);
	const draft = workflow(`Wait node loop, ${seconds} s`, [
		webhook(path),
		create(sourceUrl, credential, { waitMode: 'none' }),
		otherNode('n8n-nodes-base.wait', 1.1, 'Wait', { amount: seconds, unit: 'seconds' }),
		get,
		otherNode('n8n-nodes-base.if', 2.2, 'Finished?', {
			conditions: {
				options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
				combinator: 'and',
				conditions: [
					{
						id: 'finished',
						leftValue: '={{ $json.status }}',
						rightValue: 'completed',
						operator: { type: 'string', operation: 'equals' },
					},
				],
			},
			options: {},
		}),
	]);
	const back = [{ node: 'Wait', type: 'main' as const, index: 0 }];
	draft.connections['Finished?'] = { main: [[], back] };
	return draft;
};

/**
 * The ways to wait that are compared: a name, and the workflow that waits so.
 *
 * @param loops seconds that each loop of n8n's Wait node pauses
 */
export const waysToWait = (
	sourceUrl: string,
	credential: CredentialReference,
	loops: readonly number[],
): Array<{ name: string; path: string; draft: WorkflowDraft }> => [
	{
		name: 'Pause Until Webhook',
		path: 'slots-pause',
		draft: workflow('Pause', [
			webhook('slots-pause'),
			create(sourceUrl, credential, { waitMode: 'webhook' }),
		]),
	},
	{
		name: 'By Polling',
		path: 'slots-poll',
		draft: workflow('Poll', [
			webhook('slots-poll'),
			create(sourceUrl, credential, { waitMode: 'poll' }),
		]),
	},
	...loops.map((seconds) => ({
		name: `Wait node loop, ${seconds} s`,
		path: `slots-loop-${seconds}`,
		draft: loop(`slots-loop-${seconds}`, sourceUrl, credential, seconds),
	})),
];

/** Does nothing that takes time: whether it can run shows whether the slot is free. */
export const meanwhile = (path: string): WorkflowDraft =>
	workflow('Meanwhile', [webhook(path), otherNode('n8n-nodes-base.noOp', 1, 'No Operation', {})]);
