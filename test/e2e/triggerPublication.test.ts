import type { INode, INodeParameters } from 'n8n-workflow';
import { audioSpliterTrigger } from '../../harness/workflows';
import { triggerDraft } from '../support/triggered';
import { useSandbox } from './support/stage';

const stage = useSandbox();

interface Saved {
	parameters?: INodeParameters;
	more?: Partial<INode>;
	secret?: string;
}

const save = async ({ parameters = {}, more = {}, secret = 'whsec_fine' }: Saved) => {
	const { client, sandbox } = stage;
	const credential = await client.createCredential('audioSpliterApi', {
		...{ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl, signingSecret: secret },
	});
	const trigger = audioSpliterTrigger(parameters, credential, { more });
	return await client.createWorkflow(triggerDraft(trigger));
};

describe('a trigger that cannot work', () => {
	// n8n repeats each for some 15 s, side by side here: the unit test has the other instances.
	it.concurrent.each<[string, Saved, string]>([
		[
			'an API key as its secret',
			{ secret: 'as_live_sk_0123456789' },
			"The AudioSpliter credential's webhook signing secret is an API key. Copy the secret from Settings > Webhooks",
		],
		[
			'saved options that switch the guard of its bodies off',
			{ parameters: { options: {} } },
			"Remove 'options' from the parameters in the trigger's JSON",
		],
		[
			'a version in which n8n takes unsigned bodies apart',
			{ more: { typeVersion: 2 } },
			"Set 'typeVersion' to 1 in the trigger's JSON",
		],
		[
			'an expression for an event that does not exist',
			{ parameters: { events: '={{ ["job.done"] }}' } },
			"'Trigger On' must be 'job.completed', 'job.failed' or 'job.progress', not 'job.done'",
		],
		[
			'an output that does not exist',
			{ parameters: { output: 'segment' } },
			"'Output' must be 'job' or 'segments', not 'segment'",
		],
	])('is not published with %s', async (_what, saved, message) => {
		const { id } = await save(saved);
		await expect(stage.client.activate(id)).rejects.toThrow(message);
	});

	it('does not listen for a test event, and nothing is said of publishing', async () => {
		const { id } = await save({ secret: '' });
		const listening = stage.client.listenForTestEvent(id);
		await expect(listening).rejects.toThrow(
			"field 'Webhook Signing Secret', then execute the step",
		);
		await expect(listening).rejects.not.toThrow('publish');
	});
});

it('a secret that only looks unusual is published', async () => {
	const { id } = await save({ secret: '0123456789abcdef' });
	await stage.client.activate(id);
	expect((await stage.client.getWorkflow(id)).active).toBe(true);
});
