import type { IHookFunctions } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { assertCanReceive } from '../../../../nodes/AudioSpliter/trigger/activation';
import { triggerFields } from '../../../../nodes/AudioSpliter/trigger/fields';

interface Situation {
	mode?: string;
	secret?: unknown;
	typeVersion?: number;
	parameters?: Record<string, unknown>;
}

/** The trigger as it is published. Its parameters are the defaults, unless told otherwise. */
const publish = async (situation: Situation = {}): Promise<string[]> => {
	const warnings: string[] = [];
	const { mode = 'trigger', secret = 'whsec_unit', typeVersion = 1, parameters = {} } = situation;
	const defaults = Object.fromEntries(triggerFields.map(({ name, default: it }) => [name, it]));
	const ctx = {
		getMode: () => mode,
		getNode: () => ({ name: `Trigger ${randomUUID()}`, typeVersion }),
		getWorkflow: () => ({ id: 'w1', name: 'Recordings' }),
		getCredentials: async () => ({ signingSecret: secret }),
		getNodeParameter: (name: string) => ({ ...defaults, ...parameters })[name],
		logger: { warn: (message: string) => warnings.push(message) },
	} as unknown as IHookFunctions;
	await assertCanReceive(ctx);
	return warnings;
};

const refusalOf = async (situation: Situation): Promise<string> =>
	await publish(situation).then(
		() => 'published',
		(error: Error) => error.message,
	);

it('a trigger as the editor makes it is published', async () => {
	expect(await publish()).toEqual([]);
	expect(await publish({ secret: ' whsec_unit\n' })).toEqual([]);
});

describe('a signing secret that cannot be one is refused', () => {
	const REMEDY =
		"Copy the secret from Settings > Webhooks in the AudioSpliter dashboard into the credential's field 'Webhook Signing Secret', then publish the workflow again.";

	it.each([
		['', 'has no webhook signing secret'],
		[null, 'has no webhook signing secret'],
		[' ', 'has no webhook signing secret'],
		['as_live_sk_123', 'webhook signing secret is an API key'],
		['as_test_123', 'webhook signing secret is an API key'],
		['"whsec_unit"', 'webhook signing secret has quotes around it'],
		["'whsec_unit'", 'webhook signing secret has quotes around it'],
		['“whsec_unit”', 'webhook signing secret has quotes around it'],
		['whsec_unit"', 'webhook signing secret has quotes around it'],
		[
			'whsec_u•••••',
			'webhook signing secret contains a character that no secret has, or is truncated',
		],
		[
			'whsec_u...nit',
			'webhook signing secret contains a character that no secret has, or is truncated',
		],
		[
			'whsec_u****',
			'webhook signing secret contains a character that no secret has, or is truncated',
		],
		[
			'whsec_ unit',
			'webhook signing secret contains a character that no secret has, or is truncated',
		],
	])('%s', async (secret, what) => {
		const message = await refusalOf({ secret });
		expect(message).toContain(what);
		expect(message).toContain(REMEDY);
		if (secret !== null && secret.trim() !== '') expect(message).not.toContain(secret);
	});

	it('and in a test in the editor nothing is said of publishing', async () => {
		for (const secret of ['', 'as_live_1', '"whsec_unit"']) {
			const message = await refusalOf({ secret, mode: 'manual' });
			expect(message).toContain('then execute the step again.');
			expect(message).not.toContain('publish');
		}
	});
});

it('a signing secret without whsec_ is a warning that does not show it', async () => {
	const warnings = await publish({ secret: '0123456789abcdef' });
	expect(warnings).toEqual([expect.stringContaining("does not begin with 'whsec_'")]);
	expect(warnings[0]).toContain('workflow "Recordings", ID w1, node "Trigger ');
	expect(warnings[0]).not.toContain('0123456789abcdef');
});

describe('a trigger that would let n8n unpack unsigned bodies is refused', () => {
	it.each([[{}], [null], ['x'], [{ binaryData: false }]])('options: %j', async (options) => {
		expect(await refusalOf({ parameters: { options } })).toBe(
			"This trigger's hidden parameter 'options' was changed, so that n8n would unpack bodies before their signature is checked. Remove 'options' from the parameters in the trigger's JSON, or add the trigger again, then publish the workflow again.",
		);
	});

	it.each([2, 1.1])('version %d', async (typeVersion) => {
		const message = await refusalOf({ typeVersion });
		expect(message).toContain(`This trigger has the version ${typeVersion}`);
		expect(message).toContain("Set 'typeVersion' to 1");
	});
});

describe('a value that does not exist is refused, with those that do', () => {
	it.each([
		[
			{ events: ['job.complete'] },
			"'Trigger On' must be 'job.completed', 'job.failed' or 'job.progress', not 'job.complete'",
		],
		[
			{ events: ['job.failed', 'x'] },
			"'Trigger On' must be 'job.completed', 'job.failed' or 'job.progress', not 'x'",
		],
		[
			{ events: '*' },
			"'Trigger On' must be 'job.completed', 'job.failed' or 'job.progress', not '*'",
		],
		[
			{ events: null },
			"'Trigger On' must be 'job.completed', 'job.failed' or 'job.progress', not 'null'",
		],
		[
			{ events: [] },
			"'Trigger On' names no event. There are job.completed, job.failed, job.progress",
		],
		[{ output: 'Segments' }, "'Output' must be 'job' or 'segments', not 'Segments'"],
		[{ output: null }, "'Output' must be 'job' or 'segments', not 'null'"],
	])('%j', async (parameters, message) => {
		expect(await refusalOf({ parameters })).toBe(message);
	});

	it('but a single event, as an expression may give it, is not', async () => {
		expect(await refusalOf({ parameters: { events: 'job.failed' } })).toBe('published');
	});

	it('and what the editor offers is all allowed', async () => {
		const offered = (name: string) =>
			triggerFields
				.find((field) => field.name === name)
				?.options?.map((option) => (option as { value: string }).value) ?? [];
		expect(offered('events')).toHaveLength(3);
		expect(offered('output')).toHaveLength(2);
		expect(await refusalOf({ parameters: { events: offered('events') } })).toBe('published');
		for (const output of offered('output')) {
			expect(await refusalOf({ parameters: { output } })).toBe('published');
		}
	});
});
