import { createHmac } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { errorOf } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliterPollingTrigger, audioSpliterTrigger, workflow } from '../../harness/workflows';
import type { StoredError } from '../support/action';
import { inParallel } from '../support/inParallel';
import type { Ended } from './support/judge';
import { faultOf } from './support/judge';
import type { OddValue } from './support/oddValues';
import { ODD_VALUES } from './support/oddValues';
import type { Parameter } from './support/parameters';
import { triggerParametersOf, withValue } from './support/parameters';
import { engineRunner } from './support/runner';
import { useEngine } from './support/stage';

const stage = useEngine();

const PATIENCE = 300_000;

const JOB = 'job_1';
/** What the parameters beside the odd one are: so that the job that there is matches. */
const METADATA = { key: 'title', value: 'Talk' };

beforeEach(() => {
	stage.sandbox.addSyntheticJob({
		...{ id: JOB, segmentBytes: 1_000, request: { metadata: { title: 'Talk' } } },
	});
});

/** Delivers the job's event, and runs the execution that n8n would start. */
const deliver = async (workflowId: string) => {
	const data = { status: 'completed', segmentCount: 1 };
	const body = JSON.stringify({ event: 'job.completed', jobId: JOB, data });
	const signature = createHmac('sha256', stage.sandbox.signingSecret).update(body).digest('hex');
	const headers = { 'x-audiospliter-signature': signature };
	const { items: startItems = [] } = await stage.runner.deliver(workflowId, { headers, body });
	return await stage.runner.runWith(workflowId, { mode: 'webhook', startItems });
};

const TRIGGERS = [
	{
		title: 'the trigger',
		make: audioSpliterTrigger,
		name: 'audioSpliterTrigger',
		run: deliver,
	},
	{
		title: 'the polling trigger',
		make: audioSpliterPollingTrigger,
		name: 'audioSpliterPollingTrigger',
		run: async (workflowId: string) => await stage.runner.runWith(workflowId, { mode: 'manual' }),
	},
];

type Trigger = (typeof TRIGGERS)[number];

/** Publishes a trigger with the parameters and, where n8n lets it, has it emit the job. */
const publishAndRun = async (
	{ make, run }: Trigger,
	parameters: INodeParameters,
): Promise<Ended> => {
	// A key of its own has a budget of its own.
	const apiKey = `as_test_sk_${Math.random()}`;
	stage.sandbox.addKey({ key: apiKey });
	const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
	const draft = workflow('Odd', [make(parameters, credential)]);
	const id = stage.runner.save(draft);
	const { error } = await stage.runner.publish(id);
	if (error !== undefined) return { execution: { status: 'error' }, error };
	const execution = await run(id);
	return { execution, error: errorOf(execution) as StoredError | undefined };
};

/** What is wrong with how the trigger takes values, by their names. */
const faultsOf = async (trigger: Trigger, parameter: Parameter) => {
	const faults: Record<string, string> = {};
	await inParallel(ODD_VALUES.length, 10, async (index) => {
		const odd = ODD_VALUES[index] as OddValue;
		const ended = await publishAndRun(trigger, withValue({}, parameter, odd.given));
		const fault = faultOf(ended, parameter, odd.value);
		if (fault !== undefined) faults[odd.name] = fault;
	});
	return faults;
};

describe.each(TRIGGERS)('$title', (trigger) => {
	// Poll Times are n8n's own.
	const parameters = triggerParametersOf(engineRunner().description(trigger.name)).filter(
		({ path }) => path[0] !== 'pollTimes',
	);
	const rows = parameters.map((parameter) => ({ name: parameter.path.join('.'), parameter }));

	it.each(rows)(
		'takes a value of $name, or says what it takes',
		async ({ parameter }) => expect(await faultsOf(trigger, parameter)).toEqual({}),
		PATIENCE,
	);

	it('takes what is in order', async () => {
		const filters = { metadata: { values: [METADATA] } };
		const looks = { lookForMissed: true, lookEvery: 2.5 };
		const parameters = { output: 'segments', download: true, filters, ...looks };
		expect(await publishAndRun(trigger, parameters)).toMatchObject({
			execution: { status: 'success' },
			error: undefined,
		});
	});
});

it('the polling trigger does not take an event that leaves no trace', async () => {
	const { error } = await publishAndRun(TRIGGERS[1] as Trigger, { events: ['job.progress'] });
	expect(error?.message).toBe(
		"'Trigger On' must be 'job.completed' or 'job.failed', not 'job.progress'",
	);
});
