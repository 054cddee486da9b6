import type { IExecuteFunctions, INode, INodeParameters } from 'n8n-workflow';
import { isTool, sourceOf } from '../../../../nodes/AudioSpliter/n8n/context';

const node = (parameters: INodeParameters, type = 'n8n-nodes-audiospliter.audioSpliter') =>
	({ ...{ id: '1', name: 'AudioSpliter', type }, parameters }) as unknown as INode;

describe('the source that a node creates jobs from', () => {
	it.each<[string, INodeParameters, ReturnType<typeof sourceOf>]>([
		['is a URL where it is chosen', { operation: 'create', source: 'url' }, 'url'],
		['is a file where it is chosen', { operation: 'create', source: 'binary' }, 'binary'],
		['is a URL by default', { operation: 'create' }, 'url'],
		['is none where the node creates no job', { operation: 'get' }, undefined],
		[
			'is none where n8n keeps the value of a field that is hidden',
			{ operation: 'wait', source: 'binary' },
			undefined,
		],
		['is none for a trigger, which has no operation', { output: 'segments' }, undefined],
	])('%s', (_what, parameters, source) => {
		expect(sourceOf(node(parameters))).toBe(source);
	});

	it('is none for a node without parameters', () => {
		expect(sourceOf({} as INode)).toBeUndefined();
	});
});

describe('a node that an AI agent runs', () => {
	it.each<[string, string, (() => boolean) | undefined, boolean]>([
		['has a type of its own', 'n8n-nodes-audiospliter.audioSpliterTool', undefined, true],
		['says so in older versions', 'n8n-nodes-audiospliter.audioSpliter', () => true, true],
		['is not one that a workflow runs', 'n8n-nodes-audiospliter.audioSpliter', undefined, false],
		['nor where n8n says that it is none', 'x.audioSpliter', () => false, false],
	])('%s', (_what, type, isToolExecution, expected) => {
		const ctx = { getNode: () => node({}, type), isToolExecution };
		expect(isTool(ctx as unknown as IExecuteFunctions)).toBe(expected);
	});
});
