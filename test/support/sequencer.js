const { default: Sequencer } = require('@jest/test-sequencer');

/** The slowest first: begun last, one of them alone would hold up the end of a run. */
const SLOWEST = [
	'e2e/triggerLooks',
	'e2e/benchmarks',
	'e2e/cluster',
	'e2e/triggerFaults',
	'e2e/pauseRestart',
	'engine/rateLimits.slow',
	'e2e/triggerLoad',
	'e2e/editor',
	'engine/stalls.slow',
	'e2e/examplesWaiting',
	'e2e/editorNotes',
	'e2e/pause',
	'e2e/examplesTranscription',
	'e2e/batches',
];

/** Then the others that wait for n8n, so that the short ones are left to fill the lanes until all have ended. */
const rank = ({ path }) => {
	const index = SLOWEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
	if (index >= 0) return index;
	return SLOWEST.length + (path.includes('/e2e/') ? 0 : 1);
};

/** jest knows how long a file took the last time. On a fresh clone it knows nothing. */
class SlowestFirst extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((one, other) => rank(one) - rank(other));
	}
}

module.exports = SlowestFirst;
