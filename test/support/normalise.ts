/** Of what a run gives, what is another with each run: its form is kept, and which are the same. */
const VARYING: Array<[name: string, pattern: RegExp]> = [
	['job', /\bjob_[0-9a-f]{12}\b/g],
	['time', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g],
	['query', /(?<=\/segments\/[^"?]*)\?[^"]*/g],
	['segment', /(?<=\/segments\/)[0-9a-f]{12}/g],
	['address', /\b127\.0\.0\.1:\d+\b/g],
	['file', /\bfilesystem-v2:[^"]+/g],
];

/**
 * Makes the results of two runs comparable: IDs, times, addresses and signatures become words, numbered in the order in which
 * they appear (times: all the same).
 */
export const normalise = <T>(value: T): T => {
	let text = JSON.stringify(value ?? null);
	for (const [name, pattern] of VARYING) {
		const seen = new Map<string, string>();
		text = text.replace(pattern, (found) => {
			if (!seen.has(found)) seen.set(found, `<${name}${name === 'job' ? ` ${seen.size}` : ''}>`);
			return seen.get(found) ?? found;
		});
	}
	return JSON.parse(text) as T;
};
