const { default: Sequencer } = require('@jest/test-sequencer');

/** The slowest first: begun last, one of them alone would hold up the end of a run. */
const SLOWEST = [
	'benchmarks',
	'triggerLooks',
	'cluster',
	'triggerFaults',
	'trigger',
	'pauseRestart',
	'actionBinary',
	'editor',
];

const rank = ({ path }) => {
	const index = SLOWEST.findIndex((name) => path.endsWith(`/e2e/${name}.test.ts`));
	return index < 0 ? SLOWEST.length : index;
};

/** jest knows how long a file took the last time. On a fresh clone it knows nothing. */
class SlowestFirst extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((one, other) => rank(one) - rank(other));
	}
}

module.exports = SlowestFirst;
