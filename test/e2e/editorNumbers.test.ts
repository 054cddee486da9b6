import type { INode, INodeParameters } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import { audioSpliter, audioSpliterTrigger } from '../../harness/workflows';
import type { Editor } from './support/editor';
import { describeInBrowser, settled, useBrowser } from './support/editor';
import { sideBySide } from './support/editorWorkflows';
import { connectToN8n } from './support/n8n';

const polling = { maxWait: 30, pollInterval: 5, maxPollInterval: 30 };
const create = (parameters: INodeParameters) => ({
	...{ resource: 'splitJob', operation: 'create' },
	...parameters,
});

const NODES: INode[] = [
	audioSpliter(create({ splitMode: 'duration' }), undefined, { name: 'By duration' }),
	audioSpliter(create({ splitMode: 'fileSize' }), undefined, { name: 'By size' }),
	audioSpliter(create({ waitOptions: polling }), undefined, { name: 'Polls' }),
	audioSpliter(create({ waitMode: 'webhook', waitOptions: { maxWait: 30 } }), undefined, {
		name: 'Pauses',
	}),
	audioSpliter({ resource: 'splitJob', operation: 'wait', waitOptions: polling }, undefined, {
		name: 'Waits',
	}),
	audioSpliter({ resource: 'splitJob', operation: 'getAll' }, undefined, { name: 'Lists' }),
];
const TRIGGER = audioSpliterTrigger({ lookForMissed: true }, undefined, { name: 'Looks' });

/** Every number field of the nodes, and what people type there. Below its least value n8n shows that one at once. */
const FIELDS: Array<[string, string, string[]]> = [
	['By duration', 'segmentDuration', ['10.5', '2.5', '90', '3600']],
	['By size', 'maxSegmentSize', ['24.5', '0.25', '25', '0.125', '100']],
	['Polls', 'maxWait', ['2.5', '0.5', '10080']],
	['Polls', 'pollInterval', ['1.5', '10.25', '60']],
	['Polls', 'maxPollInterval', ['10.5', '90.25', '3600']],
	['Pauses', 'maxWait', ['2.5', '0.5', '720']],
	['Waits', 'maxWait', ['2.5', '0.5', '45']],
	['Waits', 'pollInterval', ['1.5', '2.25', '60']],
	['Waits', 'maxPollInterval', ['10.5', '45']],
	['Lists', 'limit', ['2.5', '10', '1000']],
	['Looks', 'lookEvery', ['2.5', '1.5', '60']],
];

describeInBrowser('a number', () => {
	const browser = useBrowser();
	let n8n: N8nClient;
	let editor: Editor;
	let id: string;

	beforeAll(async () => {
		n8n = await connectToN8n();
		editor = await browser.open();
		const draft = sideBySide('Numbers', NODES);
		draft.nodes.push({ ...TRIGGER, position: [0, 360] });
		({ id } = await n8n.createWorkflow(draft));
		await editor.openWorkflow(id);
	});

	it.each(FIELDS)('of "%s" says in %s what was typed: %j', async (node, parameter, values) => {
		await editor.openNode(node);
		const input = editor.parameters.getByTestId(`parameter-input-${parameter}`).locator('input');
		for (const typed of values) {
			await input.fill('');
			await input.pressSequentially(typed);
			await input.blur();
			expect(await settled(async () => await input.inputValue(), typed)).toBe(typed);
		}
		await editor.closeNode();
	});
});
