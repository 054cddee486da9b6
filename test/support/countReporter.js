const { existsSync, readFileSync, writeFileSync, writeSync } = require('node:fs');
const { join, relative } = require('node:path');
const { setTimeout } = require('node:timers');

/**
 * What earlier runs of the same `npm test` have counted is in this file: its unit tests and its end-to-end tests are two
 * runs of jest.
 */
const file = process.env.AUDIOSPLITER_TEMP && join(process.env.AUDIOSPLITER_TEMP, 'counts.json');

/** Milliseconds; stopping n8n after the tests takes ten seconds at most. */
const PATIENCE = 30_000;

/** A test that failed half-way may leave something open: the run ends all the same, and says so. */
const endWithoutWhatIsOpen = () => {
	const ending = setTimeout(() => {
		process.stderr.write(`Something stayed open for ${PATIENCE / 1000} s after the tests.\n`);
		process.exit();
	}, PATIENCE);
	// Where nothing is open, nobody waits for it.
	ending.unref();
};

/** Prints the one closing line that continuous integration reads: `N passed, N failed`. */
class CountReporter {
	onRunComplete(_contexts, results) {
		const counts = { passed: 0, failed: 0, skipped: 0, files: {} };
		if (file && existsSync(file)) Object.assign(counts, JSON.parse(readFileSync(file, 'utf8')));
		counts.passed += results.numPassedTests;
		counts.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
		counts.skipped += results.numPendingTests + results.numTodoTests;
		for (const { testFilePath, failureMessage } of results.testResults) {
			const name = relative(process.cwd(), testFilePath);
			const { runs, failed } = counts.files[name] ?? { runs: 0, failed: 0 };
			counts.files[name] = { runs: runs + 1, failed: failed + (failureMessage ? 1 : 0) };
		}
		if (file) writeFileSync(file, JSON.stringify(counts));
		const { passed, failed, skipped } = counts;
		const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
		endWithoutWhatIsOpen();
		// After everything that jest itself says.
		process.once('exit', () => writeSync(1, `${line}\n`));
	}
}

module.exports = CountReporter;
