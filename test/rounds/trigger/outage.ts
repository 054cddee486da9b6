import type { N8n } from '../../../harness/n8n';
import { activeTrigger } from '../../support/triggered';
import { until } from '../../support/until';
import { answersOf, countEmitted, makeEvents } from '../events';
import type { Breakage } from './breakDatabase';
import { breakDatabase } from './breakDatabase';
import type { Place } from './place';
import { emittedBy, statuses } from './place';

/** Milliseconds after which it is given up that each event is attempted: an attempt may take the sender's 30 s. */
const ATTEMPTED_LIMIT = 900_000;

/** The database breaks before the events are delivered, and is mended once each was refused. */
export const outage = async (
	n8n: Pick<N8n, 'userFolder'>,
	node: string,
	place: Place,
	how: Exclude<Breakage, 'record full'>,
	size: number,
) => {
	const { workflowId, url } = await activeTrigger(place, place.credential);
	const events = makeEvents(`outage_${how.replace(' ', '_')}_${size}`, size);
	const mend = await breakDatabase({ node, userFolder: n8n.userFolder }, how);
	const sending = events.map(({ jobId, deliveryId }) =>
		place.sandbox.send({ url, jobId, deliveryId }),
	);
	let during: Record<string, number>;
	try {
		const isAttempted = () => sending.every(({ delivery }) => delivery.attempts.length > 0);
		await until(isAttempted, { within: ATTEMPTED_LIMIT });
		during = answersOf(
			sending.map(({ delivery }) => ({ ...delivery, attempts: [...delivery.attempts] })),
		);
	} finally {
		await mend();
	}
	const sent = await Promise.all(sending.map(async ({ done }) => await done));
	return {
		events: size,
		answersDuringOutage: during,
		acknowledgedDuringOutage: Object.entries(during).reduce(
			(n, [what, times]) => n + (what.startsWith('2') ? times : 0),
			0,
		),
		delivered: sent.filter(({ state }) => state === 'delivered').length,
		...countEmitted(await emittedBy(place, workflowId), events),
		answers: answersOf(sent),
		executions: await statuses(place, workflowId),
	};
};

/**
 * The executions are stored, but what they emit cannot be recorded. The sender has lost its answers, and delivers again
 * when the database is mended.
 */
export const recordOutage = async (
	n8n: Pick<N8n, 'userFolder'>,
	node: string,
	place: Place,
	size: number,
) => {
	const { workflowId, url } = await activeTrigger(place, place.credential);
	const events = makeEvents(`unrecorded_${size}`, size);
	const send = async () => {
		const sending = events.map(
			async ({ jobId, deliveryId }) => await place.sandbox.send({ url, jobId, deliveryId }).done,
		);
		return answersOf(await Promise.all(sending));
	};
	const mend = await breakDatabase({ node, userFolder: n8n.userFolder }, 'record full');
	const during = async () => ({
		answersDuringOutage: await send(),
		emittedDuringOutage: (await emittedBy(place, workflowId)).length,
	});
	const found = await during().finally(mend);
	const answersAfterwards = await send();
	return {
		events: size,
		...found,
		answersAfterwards,
		...countEmitted(await emittedBy(place, workflowId), events),
		executions: await statuses(place, workflowId),
	};
};
