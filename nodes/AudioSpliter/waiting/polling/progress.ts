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
	/** When it may end already, since progress comes in large steps, or faster than it did before; ms since 1970. */
	earliestAt: number;
	/** When the work began, as far as known; ms since 1970. */
	startedAt: number;
	msPerPercent: number;
	/** The stretch of work from which the speed was taken. */
	basedOnMs: number;
	basedOnPercent: number;
}

/** A percentage as a look has brought it. */
interface Seen {
	at: number;
	percent: number;
	/** When less was seen, or work had not begun; ms since 1970. */
	since: number;
	/** Whether it came after a standstill. */
	isStep: boolean;
}

/** When a job is taken to have reached a percentage. */
interface Point {
	at: number;
	percent: number;
	since: number;
}

type Estimate = Omit<EstimatedEnd, 'earliestAt'>;

// Progress of which only multiples of so many percent are seen comes in steps, and is made at any time since the look before.
const STEP_PERCENT = 5;

// Whole percents are at least half a percent wrong: over ten of them that matters little.
const STRETCH_PERCENT = 10;
const STRETCHES = 2;

function readPercent({ status, progress }: Observation): number | undefined {
	// A queued job's progress is none: the time in the queue says nothing about the speed.
	if (status.toLowerCase() === 'queued') return undefined;
	return typeof progress === 'number' && progress >= 0 && progress <= 100 ? progress : undefined;
}

/**
 * The percentages that were seen, each when it was seen first; everything before a step backwards is forgotten, since the
 * job seems to begin anew.
 */
function readSeen(observations: readonly Observation[], submittedAt: number | undefined): Seen[] {
	let seen: Seen[] = [];
	// Work began between the last look that saw none and the first that saw some.
	let idleAt = submittedAt;
	let wasQueued = false;
	let previous: { at: number; percent: number; isRepeated: boolean } | undefined;
	for (const observation of observations) {
		const percent = readPercent(observation);
		const { at } = observation;
		if (percent === undefined) {
			if (seen.length === 0) {
				wasQueued = observation.status.toLowerCase() === 'queued';
				if (wasQueued) idleAt = at;
			}
			continue;
		}
		if (previous !== undefined && percent < previous.percent) seen = [];
		if (previous === undefined && idleAt !== undefined) {
			const startedAt = wasQueued ? (idleAt + at) / 2 : idleAt;
			seen.push({ at: startedAt, percent: 0, since: startedAt, isStep: true });
		}
		const isRepeated = previous?.percent === percent;
		const since = previous?.at ?? idleAt ?? at;
		const isStep = previous?.isRepeated === true;
		if (!isRepeated && percent > 0) seen.push({ at, percent, since, isStep });
		previous = { at, percent, isRepeated };
	}
	return seen;
}

const comesInSteps = (seen: readonly Seen[]): boolean =>
	seen.every(({ percent }) => percent % STEP_PERCENT === 0);

/**
 * The moments at which the job reached percentages. After a standstill progress comes in steps, and one lies somewhere
 * since the look before. Else the true progress is up to one percent higher than the whole number.
 */
const toPoints = (seen: readonly Seen[]): Point[] => {
	const areSteps = comesInSteps(seen);
	return seen.map(({ at, percent, since, isStep }) =>
		areSteps || isStep
			? { at: (since + at) / 2, percent, since }
			: { at, percent: Math.min(percent + 0.5, 100), since },
	);
};

/** Extrapolates the faster of the speeds over the latest two stretches. */
function extrapolate(points: readonly Point[]): Estimate | undefined {
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

/** When the job may end already. */
function earliestEnd(seen: readonly Seen[], points: readonly Point[], end: Estimate): number {
	const latest = points.at(-1);
	if (latest === undefined) return end.at;
	if (comesInSteps(seen)) {
		const stretch = (end.at - end.startedAt) / Math.max(latest.at - end.startedAt, 1);
		return end.at - (latest.at - latest.since) * stretch;
	}
	// A job that has become faster may do so again, by as much.
	const before = extrapolate(points.slice(0, -1));
	const previous = points.at(-2);
	if (before === undefined || previous === undefined) return end.at;
	const share = (before.at - end.at) / (before.at - previous.at);
	return end.at - (end.at - latest.at) * Math.max(0, Math.min(share, 1));
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
	const seen = readSeen(observations, submittedAt);
	const points = toPoints(seen);
	const end = extrapolate(points);
	return end && { ...end, earliestAt: earliestEnd(seen, points, end) };
}
