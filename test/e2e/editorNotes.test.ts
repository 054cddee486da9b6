import type { INode, INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import {
	audioSpliter,
	audioSpliterTrigger,
	downloadNode,
	itemsNode,
	manualTrigger,
	setNode,
	workflow,
} from '../../harness/workflows';
import { byId } from '../support/action';
import { RECORDING } from '../support/sandbox';
import type { Editor } from './support/editor';
import { describeInBrowser, settled, settledCount, useBrowser } from './support/editor';
import { inRows } from './support/editorWorkflows';
import { useSandbox } from './support/stage';

const LINKS_END = 'The download links end after 24 hours, and nothing was downloaded.';

describeInBrowser('the editor says', () => {
	const stage = useSandbox({ timeScale: 60 });
	const browser = useBrowser();
	let editor: Editor;

	beforeAll(async () => {
		editor = await browser.open();
	});

	const open = async (nodes: INode[], node: string): Promise<void> => {
		const { id } = await stage.client.createWorkflow(workflow('Notes', nodes));
		await editor.openWorkflow(id);
		await editor.openNode(node);
	};

	const action = (parameters: INodeParameters, more: Partial<INode> = {}) =>
		audioSpliter(
			{
				...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
				...{ sourceUrl: stage.sandbox.fileUrl(RECORDING), waitOptions: { pollInterval: 1 } },
				...parameters,
			},
			stage.credential,
			{ more },
		);

	const hints = () => editor.output.getByTestId('node-hint');

	it('one sentence of the action and the trigger in the panel of nodes', async () => {
		await editor.openNodePanel();
		await editor.searchNodes('audiosplitter', 'AudioSpliter');
		const entry = editor.page.getByTestId('item-iterator-item').filter({
			hasText:
				'Split long audio into segments by duration or file size, and react when jobs finish',
		});
		expect(await entry.innerText()).toMatch(/^AudioSpliter\n/);
	});

	describe('before a node has run,', () => {
		const JOB = ['id', 'status', 'sourceFileName', 'sourceDuration', 'segmentCount', 'createdAt'];
		const SEGMENT = ['jobId', 'index', 'start', 'end', 'duration', 'downloadUrl', 'fileName'];
		const OPERATIONS: Array<[string, string, string[]]> = [
			['splitJob', 'create', [...JOB, 'segments', 'downloadUrl']],
			['splitJob', 'delete', ['id', 'deleted', 'existed']],
			['splitJob', 'get', [...JOB, 'progress', 'error']],
			['splitJob', 'getAll', [...JOB, 'progress', 'error']],
			['splitJob', 'wait', [...JOB, 'segments', 'downloadUrl']],
			['segment', 'download', SEGMENT],
			['segment', 'getAll', SEGMENT],
		];
		const nameOf = (resource: string, operation: string) => `${resource} ${operation}`;

		beforeAll(async () => {
			const nodes = OPERATIONS.flatMap(([resource, operation]) => {
				const name = nameOf(resource, operation);
				const node = action({ resource, operation, jobId: byId('job_1') }, { name });
				return [node, setNode({}, { name: `After ${name}` })];
			});
			const draft = workflow('Schemas', [manualTrigger(), ...nodes]);
			const { id } = await stage.client.createWorkflow({ ...draft, nodes: inRows(draft.nodes) });
			await editor.openWorkflow(id);
		});

		it.each(OPERATIONS)('which fields come out of %s %s', async (resource, operation, fields) => {
			await editor.openNode(`After ${nameOf(resource, operation)}`);
			const input = editor.details.getByTestId('ndv-input-panel');
			await input.getByTestId('schema-preview-warning').waitFor();
			const items = input.getByTestId('run-data-schema-item');
			const missing = async () => {
				const names = (await items.allInnerTexts()).map((name) => name.trim());
				return fields.filter((field) => !names.includes(field));
			};
			expect(await settled(missing, [])).toEqual([]);
			expect(stage.sandbox.requests()).toEqual([]);
			await editor.closeNode();
		});
	});

	it('of a pause that it is one, what it waits for and until when', async () => {
		stage.sandbox.nextJobs({ stuckAt: 50 }, 1);
		const paused = { waitMode: 'webhook', waitOptions: { maxWait: 45 } };
		await open([manualTrigger(), action(paused)], 'AudioSpliter');
		await editor.details.getByTestId('node-execute-button').click();
		const text =
			'The execution is stored and holds no worker. It continues when the webhooks of its jobs have arrived, or after 45 minutes (Max Wait).';
		await editor.output.getByText(text).waitFor();
	});

	it('that links end, and that nothing was downloaded', async () => {
		await open([manualTrigger(), action({})], 'AudioSpliter');
		await editor.execute();
		await hints().getByText(`${LINKS_END} To keep the files, set 'Output'`).waitFor();
		await open([manualTrigger(), action({ output: 'segments' })], 'AudioSpliter');
		await editor.execute();
		await hints().getByText(`${LINKS_END} Turn on 'Download Segments'`).waitFor();
		expect(await settledCount(hints(), 1)).toBe(1);
	});

	it('how many of the jobs failed', async () => {
		stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames found' } }, 1);
		const node = action({}, { onError: 'continueRegularOutput' });
		await open([manualTrigger(), itemsNode([{}, {}]), node], 'AudioSpliter');
		await editor.execute();
		await hints().getByText("1 of 2 items failed: see the 'error' field of each.").waitFor();
	});

	it('that there are many segments, before a run of a file and after a run of any', async () => {
		const file = { source: 'binary', splitMode: 'fileSize', maxSegmentSize: 0.00001 };
		const download = downloadNode(stage.sandbox.fileUrl(RECORDING));
		await open([manualTrigger(), download, action(file)], 'HTTP Request');
		await editor.execute();
		await editor.closeNode();
		await editor.openNode('AudioSpliter');
		await hints().getByText('will give more than 1,000 segments').waitFor();
		expect(stage.sandbox.jobs().filter(({ request }) => request.splitMode === 'fileSize')).toEqual(
			[],
		);

		const { id } = stage.sandbox.addSyntheticJob({ segments: 1001 });
		const get = { operation: 'wait', jobId: byId(id) };
		await open([manualTrigger(), action(get)], 'AudioSpliter');
		await editor.execute();
		await hints().getByText('A job has more than 1,000 segments').waitFor();
	});

	it('at the trigger what to do, in that order: open the URLs, copy one, test, publish', async () => {
		const trigger = audioSpliterTrigger({}, stage.credential);
		await open([trigger], trigger.name);
		const notice = await editor.parameters.getByText("Open 'Webhook URLs' above.").innerText();
		const steps = [
			...["Open 'Webhook URLs'", 'copy the Test URL', "click 'Execute step'"],
			...['publish the workflow', 'Production URL'],
		];
		const places = steps.map((step) => notice.indexOf(step));
		expect(places).not.toContain(-1);
		expect(places).toEqual([...places].sort((a, b) => a - b));
		await editor.details.getByText('Wait for AudioSpliter to call').waitFor();
		await editor.details.getByText('Publish the workflow so that events of jobs').waitFor();
	});

	it.each([
		['a page of HTML', () => stage.url, 'normally ends in /api/v1'],
		['nothing at the address', () => `${stage.sandbox.baseUrl}/x`, 'normally ends in /api/v1'],
		['an unknown host', () => 'https://nowhere.invalid/api/v1', 'was not found'],
	])('in the test of a credential what is wrong: %s', async (_what, baseUrl, message) => {
		const changes = { baseUrl: baseUrl() };
		const { id } = await sandboxCredential(stage.client, stage.sandbox, changes);
		await editor.goTo(`/home/credentials/${id}`);
		const dialog = editor.page.getByTestId('credential-edit-dialog');
		await dialog.getByText('More details').click();
		await dialog.getByText(message).waitFor();
	});
});
