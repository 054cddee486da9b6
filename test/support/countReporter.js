const { writeSync } = require('node:fs');

/** Prints the one closing line that continuous integration reads: `N passed, N failed`. */
class CountReporter {
	onRunComplete(_contexts, results) {
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		const skipped = results.numPendingTests + results.numTodoTests;
		const parts = [`${results.numPassedTests} passed`, `${failed} failed`];
		if (skipped > 0) parts.push(`${skipped} skipped`);
		this.line = parts.join(', ');
		// After everything that jest itself says. It silences process.stdout before it exits by force.
		process.once('exit', () => writeSync(1, `${this.line}\n`));
	}
}

module.exports = CountReporter;
