import type { N8nClient } from '../../harness/client';
import {
	audioSpliter,
	audioSpliterTrigger,
	manualTrigger,
	productionUrl,
	testUrl,
	workflow,
} from '../../harness/workflows';
import { RECORDING } from '../support/sandbox';
import type { Editor } from './support/editor';
import { describeInBrowser, useBrowser } from './support/editor';
import { sharedN8n } from './support/n8n';
import { useSandbox } from './support/stage';

describeInBrowser("the trigger's notice", () => {
	const stage = useSandbox();
	const browser = useBrowser();
	const trigger = audioSpliterTrigger({}, { id: '', name: '' });
	let n8n: N8nClient;
	let workflowId: string;
	/** Two tabs: n8n locks the panel of a trigger that listens. */
	let reacting: Editor;
	let creating: Editor;

	beforeAll(async () => {
		n8n = stage.client;
		const { id, name } = stage.credential;
		trigger.credentials = { audioSpliterApi: { id, name } };
		const node = audioSpliter(
			{
				...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
				...{ sourceUrl: stage.sandbox.fileUrl(RECORDING), waitOptions: { pollInterval: 1 } },
			},
			stage.credential,
		);
		const create = await n8n.createWorkflow(workflow('Create', [manualTrigger(), node]));
		({ id: workflowId } = await n8n.createWorkflow(workflow('React', [trigger])));
		[reacting, creating] = await Promise.all([browser.open(), browser.open()]);
		await Promise.all([reacting.openWorkflow(workflowId), creating.openWorkflow(create.id)]);
		await Promise.all([reacting.openNode(trigger.name), creating.openNode('AudioSpliter')]);
	});

	/** What a click on one of the URLs copies. */
	const copyUrl = async (kind: 'Test URL' | 'Production URL'): Promise<string> => {
		const { details, page } = reacting;
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await details.getByText(kind, { exact: true }).click();
		await details.getByText(/^http\S+\/webhook\S*$/).click();
		return await page.evaluate<string>('navigator.clipboard.readText()');
	};

	const enterWebhookUrl = async (url: string): Promise<void> => {
		const input = creating.parameters.getByTestId('parameter-input-webhookUrl');
		await input.locator('input, textarea').first().fill(url);
	};

	it('leads from the Test URL to an event in the editor, when it is followed to the letter', async () => {
		// Open 'Webhook URLs' above.
		await reacting.details.getByText('Webhook URLs', { exact: true }).click();
		// To test, copy the Test URL …
		const url = await copyUrl('Test URL');
		expect(url).toBe(testUrl(sharedN8n().url, trigger));
		// … into 'Additional Fields > Webhook URL' of the AudioSpliter node that creates the jobs, in another workflow.
		await creating.addField('Add Field', 'Webhook URL');
		await enterWebhookUrl(url);
		// Then click 'Execute step' here …
		await reacting.details.getByTestId('trigger-execute-button').click();
		await reacting.details.getByText('Listening for test event').waitFor();
		// … and run that workflow.
		await creating.execute();
		const jobId = String(stage.sandbox.jobs().at(-1)?.id);
		await reacting.output.getByTestId('ndv-items-count').waitFor();
		await reacting.output.getByText('job.completed').waitFor();
		const shown = await reacting.output.innerText();
		for (const text of ['1 item', jobId, 'deliveryId']) expect(shown).toContain(text);
	});

	it('then, once the workflow is published, to executions of the Production URL', async () => {
		// When it works, publish the workflow …
		await reacting.closeNode();
		await reacting.publish();
		await reacting.page
			.getByText("You can now create jobs with the trigger's Production URL")
			.waitFor();
		// … and enter the Production URL there instead.
		const url = productionUrl(sharedN8n().url, trigger);
		await enterWebhookUrl(url);
		await creating.execute();
		const [execution] = await n8n.waitForExecutions(workflowId, 1);
		expect(execution?.status).toBe('success');
	});
});
