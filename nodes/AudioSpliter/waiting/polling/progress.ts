/** One look at a job. */
export interface Observation {
	/** ms since 1970. */
	at: number;
	status: string;
	/** Percent as the service reports it; anything may come. */
	progress?: unknown;
}

/** When a job is expected to end, and on what that rests. */
export interface EstimatedEnd {
	/** ms since 1970. */
	at: number;
	/** When the work began, as far as known; ms since 1970. */
	startedAt: number;
	msPerPercent: number;
	/** The stretch of work from which the speed was taken. */
	basedOnMs: number;
	basedOnPercent: number;
}

interface Point {
	at: number;
	percent: number;
}

// Whole percents are at least half a percent wrong: over ten of them that matters little.
const STRETCH_PERCENT = 10;
const STRETCHES = 2;

function readPercent({ status, progress }: Observation): number | undefined {
	// A queued job's progress is none: the time in the queue says nothing about the speed.
	if (status.toLowerCase() === 'queued') return undefined;
	return typeof progress === 'number' && progress >= 0 && progress <= 100 ? progress : undefined;
}

/**
 * The moments at which the job is known to have reached a percentage. Looks that saw nothing new are
 * left out; everything before a step backwards is forgotten, since the job seems to begin anew.
 */
function readPoints(observations: readonly Observation[], submittedAt: number | undefined) {
	let points: Point[] = [];
	// Work began between the last look that saw none and the first that saw some.
	let idleAt = submittedAt;
	let wasQueued = false;
	let previous: { at: number; percent: number; isRepeated: boolean } | undefined;
	for (const observation of observations) {
		const percent = readPercent(observation);
		const { at } = observation;
		if (percent === undefined) {
			if (points.length === 0) {
				wasQueued = observation.status.toLowerCase() === 'queued';
				if (wasQueued) idleAt = at;
			}
			continue;
		}
		if (previous !== undefined && percent < previous.percent) points = [];
		if (previous === undefined && idleAt !== undefined) {
			points.push({ at: wasQueued ? (idleAt + at) / 2 : idleAt, percent: 0 });
		}
		if (previous?.percent === percent) {
			previous = { at, percent, isRepeated: true };
			continue;
		}
		// After a standstill progress comes in steps, and this one lies somewhere since the last look.
		// Else the true progress is up to one percent higher than the whole number.
		const isStep = previous?.isRepeated === true && previous.percent < percent;
		if (previous !== undefined && isStep) points.push({ at: (previous.at + at) / 2, percent });
		else if (percent > 0) points.push({ at, percent: Math.min(percent + 0.5, 100) });
		previous = { at, percent, isRepeated: false };
	}
	return points;
}

/**
 * Extrapolates a job's progress to its end: the faster of the speeds over the latest two stretches, so
 * that neither a standstill nor a slow beginning spoils it: looking too early costs a call, looking
 * too late the user's time.
 * @param observations oldest first
 * @param submittedAt when the job was submitted, if known; ms since 1970
 * @returns `undefined` as long as no progress was seen to be made
 */
export function estimateEnd(
	observations: readonly Observation[],
	submittedAt: number | undefined,
): EstimatedEnd | undefined {
	const points = readPoints(observations, submittedAt);
	const latest = points.at(-1);
	const first = points[0];
	if (latest === undefined || first === undefined) return undefined;
	const anchors = points.filter((point) => point.percent < latest.percent && point.at < latest.at);
	const far = anchors.filter((point) => latest.percent - point.percent >= STRETCH_PERCENT);
	const speeds = (far.length > 0 ? far.slice(-STRETCHES) : anchors.slice(0, 1))
		.map((anchor) => ({
			basedOnMs: latest.at - anchor.at,
			basedOnPercent: latest.percent - anchor.percent,
			msPerPercent: (latest.at - anchor.at) / (latest.percent - anchor.percent),
		}))
		.sort((a, b) => a.msPerPercent - b.msPerPercent);
	const speed = speeds[0];
	if (speed === undefined) return undefined;
	return {
		...speed,
		startedAt: first.at,
		at: latest.at + (100 - latest.percent) * speed.msPerPercent,
	};
}
