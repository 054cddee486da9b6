import type { Redelivery, TriggerEvent } from './events';
import type { CheckedSegment } from './segments';

/** One thing that the demo promises, and whether it held. */
export interface Check {
	claim: string;
	held: boolean;
}

/** MP3 is cut at frames, and encoders pad: a file may differ from its plan by this many seconds. */
const TOLERANCE = 0.25;

const near = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;

export interface Outcome {
	/** Seconds of the recording, as ffprobe reads it. */
	recording: number;
	segmentSeconds: number;
	segments: CheckedSegment[];
	events: TriggerEvent[];
	redeliveries: Redelivery[];
	eventsAfterwards: TriggerEvent[];
}

/** Everything that must hold for the demo to have succeeded. */
export const check = (outcome: Outcome): Check[] => {
	const { recording, segmentSeconds, segments, events, redeliveries, eventsAfterwards } = outcome;
	const expected = Math.ceil(recording / segmentSeconds);
	const inOrder = segments.every(
		({ index, start }, position) =>
			index === position && near(start, position === 0 ? 0 : (segments[position - 1]?.end ?? NaN)),
	);
	const event = events[0];
	return [
		{
			claim: `the recording is 10 minutes long or more (${recording.toFixed(1)} s)`,
			held: recording >= 600,
		},
		{
			claim: `one item per segment: ${segments.length} of ${expected}`,
			held: segments.length === expected,
		},
		{
			claim: 'the segments follow each other from the beginning to the end',
			held: inOrder && near(segments.at(-1)?.end ?? 0, recording),
		},
		{
			claim: 'every downloaded file is as long and as large as its item says',
			held:
				segments.length > 0 &&
				segments.every(
					({ said, read }) => near(said.duration, read.duration) && said.size === read.size,
				),
		},
		{
			claim: "the trigger emitted the job's completion once",
			held: events.length === 1 && event?.event === 'job.completed' && event.deliveryId !== '',
		},
		{
			claim: 'the same delivery, sent twice more, was acknowledged as a duplicate both times',
			held: redeliveries.length === 2 && redeliveries.every(({ duplicate }) => duplicate),
		},
		{ claim: 'and emitted nothing again', held: eventsAfterwards.length === 1 },
	];
};
