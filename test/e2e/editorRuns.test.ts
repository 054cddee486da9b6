import type { INodeParameters } from 'n8n-workflow';
import {
	audioSpliter,
	audioSpliterPollingTrigger,
	audioSpliterTrigger,
	manualTrigger,
	testUrl,
	workflow,
} from '../../harness/workflows';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { RECORDING } from '../support/sandbox';
import { completedData } from '../support/triggered';
import type { Editor } from './support/editor';
import { describeInBrowser, useBrowser } from './support/editor';
import { sharedN8n } from './support/n8n';
import { useSandbox } from './support/stage';

describeInBrowser('the editor, against the sandbox', () => {
	const stage = useSandbox();
	const browser = useBrowser();
	let editor: Editor;

	beforeAll(async () => {
		editor = await browser.open();
	});

	/** Opens a workflow of a manual trigger and this package's node, and the node in it. */
	const openAction = async (parameters: Parameters<typeof audioSpliter>[0]): Promise<void> => {
		const node = audioSpliter(parameters, stage.credential);
		const { id } = await stage.client.createWorkflow(workflow('Run', [manualTrigger(), node]));
		await editor.openWorkflow(id);
		await editor.openNode('AudioSpliter');
	};

	const create = () => ({
		...{ resource: 'splitJob', operation: 'create', sourceUrl: stage.sandbox.fileUrl(RECORDING) },
		...{ segmentDuration: 5, waitOptions: { pollInterval: 1 } },
	});

	describe('the test of the credential', () => {
		const open = async (changes: Record<string, string> = {}) => {
			const { id } = await sandboxCredential(stage.client, stage.sandbox, changes);
			await editor.goTo(`/home/credentials/${id}`);
			return editor.page.getByTestId('credential-edit-dialog');
		};

		it('is green for a key that is right', async () => {
			const dialog = await open();
			await dialog.getByTestId('credentials-config-container-test-success').waitFor();
			expect(await dialog.innerText()).toContain('Connection tested successfully');
		});

		it('is red for a key that is wrong, with the reason and what to do', async () => {
			const dialog = await open({ apiKey: 'as_test_sk_wrong' });
			await dialog.getByText('More details').click();
			const reason = /^The API key was refused.*Copy the key again from the AudioSpliter dashboard/;
			await dialog.getByText(reason).waitFor();
			expect(await dialog.innerText()).toContain('Couldn’t connect with these settings');
		});

		it('is red for an address where nothing answers', async () => {
			const dialog = await open({ baseUrl: 'http://127.0.0.1:9/api/v1' });
			await dialog.getByText('More details').click();
			await dialog.getByText(/ECONNREFUSED|refused|could not be reached/i).waitFor();
		});

		it('shows neither the key nor the secret', async () => {
			const dialog = await open();
			await dialog.getByTestId('credentials-config-container-test-success').waitFor();
			for (const name of ['apiKey', 'signingSecret']) {
				const field = dialog.getByTestId(`parameter-input-${name}`).locator('input');
				expect(await field.getAttribute('type')).toBe('password');
				expect(await field.inputValue()).not.toContain(stage.sandbox.apiKey);
				expect(await field.inputValue()).not.toContain(stage.sandbox.signingSecret);
			}
		});
	});

	it('shows the segments, with their files, after a click on Execute step', async () => {
		await openAction({ ...create(), output: 'segments', download: true });
		await editor.execute();
		expect(await editor.output.getByTestId('ndv-items-count').innerText()).toContain('3 items');
		expect(await editor.output.getByTestId('ndv-download-binary-data').count()).toBe(3);
		expect(await editor.output.innerText()).toContain('audio/mpeg');
	});

	it('shows what became of a job that failed, then what to do', async () => {
		stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames found' } });
		await openAction(create());
		await editor.execute();
		const jobId = stage.sandbox.jobs().at(-1)?.id;
		const message = await editor.output.getByTestId('node-error-message').innerText();
		expect(message).toContain('No frames found (CORRUPT_FILE)');
		expect(message).toContain(`[job ${jobId}]`);
		const advice = await editor.output.getByTestId('node-error-description').innerText();
		expect(advice.length).toBeGreaterThan(20);
		expect(`${message} ${advice}`).not.toMatch(/undefined|\[object|<[a-z]|at \w+ \(/);
		console.log(`A failed job reads: ${message} | ${advice}`);
	});

	it('lists the jobs to choose from by file, state and time, and finds one', async () => {
		stage.sandbox.addSyntheticJob();
		const job = stage.sandbox.addSyntheticJob();
		job.sourceFileName = 'town-hall.mp3';
		await openAction({ resource: 'splitJob', operation: 'get' });
		await editor.parameters.getByTestId('rlc-input').click();
		const entries = editor.page.getByTestId('rlc-item');
		await entries.filter({ hasText: 'town-hall.mp3' }).waitFor();
		expect(await entries.count()).toBe(stage.sandbox.jobs().length);

		const search = editor.page.getByPlaceholder('Search...').filter({ visible: true });
		await search.fill('town');
		await entries.filter({ hasText: RECORDING }).first().waitFor({ state: 'hidden' });
		await entries.filter({ hasText: 'town-hall.mp3' }).waitFor();
		const [entry, ...others] = await entries.allInnerTexts();
		expect(others).toEqual([]);
		expect(entry).toMatch(/^town-hall\.mp3 – completed – \d{4}-\d\d-\d\d \d\d:\d\d – …\w{6}$/);
		await entries.click();
		await editor.execute();
		await editor.output.getByText(job.id, { exact: true }).waitFor();
	});

	it('listens for a test event, and shows it', async () => {
		const trigger = audioSpliterTrigger({}, stage.credential);
		const { id } = await stage.client.createWorkflow(workflow('Listen', [trigger]));
		await editor.openWorkflow(id);
		await editor.openNode(trigger.name);
		await editor.details.getByText('Webhook URLs', { exact: true }).click();
		const url = testUrl(sharedN8n().url, trigger);
		await editor.details.getByText(url, { exact: true }).waitFor();

		await editor.details.getByTestId('trigger-execute-button').click();
		await editor.details.getByText('Listening for test event').waitFor();
		const { id: jobId } = stage.sandbox.addSyntheticJob({ segments: 1 });
		const data = await completedData(stage.sandbox, jobId);
		const { attempts } = await stage.sandbox.send({ url, jobId, data, maxAttempts: 1 }).done;
		expect(attempts[0]?.status).toBe(200);
		await editor.output.getByTestId('ndv-items-count').waitFor();
		await editor.output.getByText('job.completed').waitFor();
		const shown = await editor.output.innerText();
		for (const text of ['1 item', jobId, 'deliveryId']) expect(shown).toContain(text);
	});

	describe('the polling trigger', () => {
		/** Opens a workflow of the trigger, and clicks Fetch Test Event. */
		const fetchTestEvent = async (parameters: INodeParameters = {}) => {
			const trigger = audioSpliterPollingTrigger(parameters, stage.credential);
			const { id } = await stage.client.createWorkflow(workflow('Poll', [trigger]));
			await editor.openWorkflow(id);
			await editor.openNode(trigger.name);
			await editor.details.getByText('Fetch a finished job from AudioSpliter').waitFor();
			const button = editor.details.getByTestId('trigger-execute-button').first();
			expect(await button.innerText()).toContain('Fetch Test Event');
			await button.click();
			const ended = editor.output
				.getByTestId('ndv-items-count')
				.or(editor.output.getByTestId('node-error-message'));
			await ended.first().waitFor();
		};

		beforeEach(() => {
			for (const job of stage.sandbox.jobs()) job.deleted = true;
		});

		it('fetches the latest finished job for a test', async () => {
			const job = stage.sandbox.addSyntheticJob({ segments: 2, createdAt: Date.UTC(2026, 4, 2) });
			stage.sandbox.addSyntheticJob({ createdAt: Date.UTC(2026, 4, 1) });
			await fetchTestEvent();
			expect(await editor.output.getByTestId('ndv-items-count').innerText()).toContain('1 item');
			await editor.output.getByText(job.id, { exact: true }).waitFor();
		});

		it('fetches its segments, with their files', async () => {
			stage.sandbox.addSyntheticJob({ segments: 2, segmentBytes: 1_000 });
			await fetchTestEvent({ output: 'segments', download: true });
			expect(await editor.output.getByTestId('ndv-items-count').innerText()).toContain('2 items');
			expect(await editor.output.getByTestId('ndv-download-binary-data').count()).toBe(2);
		});

		it('says what to do where the account has no finished job', async () => {
			await fetchTestEvent();
			const message = await editor.output.getByTestId('node-error-message').innerText();
			expect(message).toContain('No finished job was found');
			const advice = await editor.output.getByTestId('node-error-description').innerText();
			expect(advice).toContain('publish the workflow');
			console.log(`An empty account reads: ${message} | ${advice}`);
		});
	});
});
