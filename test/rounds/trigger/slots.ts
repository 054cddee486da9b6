import {
	audioSpliterTrigger,
	otherNode,
	productionUrl,
	setNode,
	workflow,
} from '../../../harness/workflows';
import { answersOf, countEmitted, makeEvents, sendAll } from '../events';
import type { Place } from './place';
import { emittedBy, statuses } from './place';

/** A workflow that takes seconds, on an n8n that runs one execution at a time: most answers come too late. */
export const lateAnswers = async (
	place: Place,
	{ events: size, seconds }: { events: number; seconds: number },
) => {
	const { client, credential, sandbox } = place;
	const trigger = audioSpliterTrigger({}, credential);
	const wait = otherNode('n8n-nodes-base.wait', 1.1, 'Wait', {
		...{ resume: 'timeInterval', amount: seconds, unit: 'seconds' },
	});
	const { id } = await client.createWorkflow(workflow('Slow', [trigger, wait, setNode({})]));
	await client.activate(id);
	const events = makeEvents(`slow_${size}`, size);
	const sent = await sendAll(sandbox, productionUrl(place.url, trigger), events);
	const attempts = sent.flatMap((delivery) => delivery.attempts);
	return {
		events: size,
		attempts: attempts.length,
		timedOut: attempts.filter(({ error }) => error?.startsWith('no response')).length,
		delivered: sent.filter(({ state }) => state === 'delivered').length,
		...countEmitted(await emittedBy(place, id), events),
		answers: answersOf(sent),
		executions: await statuses(place, id),
	};
};
