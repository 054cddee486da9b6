import type { INodeParameters } from 'n8n-workflow';
import {
	audioSpliter,
	audioSpliterPollingTrigger,
	manualTrigger,
	workflow,
} from '../../harness/workflows';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { byId } from '../support/action';
import { RECORDING } from '../support/sandbox';
import type { Editor } from './support/editor';
import { describeInBrowser, settledCount, useBrowser } from './support/editor';
import { sideBySide } from './support/editorWorkflows';
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
		expect(await settledCount(editor.output.getByTestId('ndv-download-binary-data'), 3)).toBe(3);
		const shown = await editor.output.innerText();
		expect(shown).toContain('audio/mpeg');
		// The source's name, and the job's ID, without which two runs would give files of one name.
		const jobId = stage.sandbox.jobs().at(-1)?.id;
		for (const index of [0, 1, 2]) expect(shown).toContain(`talk-${jobId}-00${index}.mp3`);
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
		const createdAt = Date.now();
		const job = stage.sandbox.addSyntheticJob({ createdAt });
		for (const run of [job, stage.sandbox.addSyntheticJob({ createdAt })])
			run.sourceFileName = 'town-hall.mp3';
		await openAction({ resource: 'splitJob', operation: 'get' });
		await editor.parameters.getByTestId('rlc-input').click();
		const entries = editor.page.getByTestId('rlc-item');
		await entries.filter({ hasText: 'town-hall.mp3' }).first().waitFor();
		const listed = stage.sandbox.jobs().length;
		expect(await settledCount(entries, listed)).toBe(listed);

		const search = editor.page.getByPlaceholder('Search...').filter({ visible: true });
		await search.fill('town');
		await entries.filter({ hasText: RECORDING }).first().waitFor({ state: 'hidden' });
		await entries.filter({ hasText: 'town-hall.mp3' }).first().waitFor();
		// Two runs of one recording in one minute.
		expect(await settledCount(entries, 2)).toBe(2);
		const found = await entries.allInnerTexts();
		expect(new Set(found).size).toBe(2);
		for (const entry of found)
			expect(entry).toMatch(/^town-hall\.mp3 – completed – \d{4}-\d\d-\d\d \d\d:\d\d – …\w{6}$/);
		await entries.filter({ hasText: job.id.slice(-6) }).click();
		await editor.execute();
		await editor.output.getByText(job.id, { exact: true }).waitFor();
	});

	describe('an outcome', () => {
		let workflowId: string;

		beforeAll(async () => {
			const job = stage.sandbox.addSyntheticJob({ segments: 2 });
			const node = (name: string, parameters: INodeParameters) =>
				audioSpliter({ resource: 'splitJob', ...parameters }, stage.credential, { name });
			const jobId = byId(job.id);
			const draft = sideBySide('Outcomes', [
				node('Simple', { operation: 'get', jobId }),
				node('Whole', { operation: 'get', jobId, simplify: false }),
				node('Gone', { operation: 'delete', jobId: byId('job_unknown') }),
			]);
			({ id: workflowId } = await stage.client.createWorkflow(draft));
		});

		/** The output of a node as JSON. */
		const outputOf = async (name: string): Promise<string> => {
			await editor.openWorkflow(workflowId);
			await editor.openNode(name);
			await editor.execute();
			await editor.output.getByTestId('radio-button-json').click();
			await editor.output
				.getByText(/"?id"?:/)
				.first()
				.waitFor();
			const shown = await editor.output.innerText();
			// n8n shows every node's output in the view that was chosen last.
			await editor.output.getByTestId('radio-button-table').click();
			return shown;
		};

		it('is the job in ten fields with Simplify, and all of it without', async () => {
			const simple = await outputOf('Simple');
			expect(simple).toContain('segmentCount');
			expect(simple).not.toMatch(/downloadUrl|splitMode/);
			expect(await outputOf('Whole')).toMatch(/splitMode[^]*downloadUrl/);
		});

		it('of Delete says where there was no such job', async () => {
			const gone = await outputOf('Gone');
			expect(gone).toMatch(/deleted"?:\s*true/);
			expect(gone).toMatch(/existed"?:\s*false/);
		});
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
			expect(await settledCount(editor.output.getByTestId('ndv-download-binary-data'), 2)).toBe(2);
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
