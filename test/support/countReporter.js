/** Prints the one closing line that continuous integration reads: `N passed, N failed`. */
class CountReporter {
	onRunComplete(_contexts, results) {
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		const skipped = results.numPendingTests + results.numTodoTests;
		const parts = [`${results.numPassedTests} passed`, `${failed} failed`];
		if (skipped > 0) parts.push(`${skipped} skipped`);
		this.line = parts.join(', ');
		// After jest's own summary, which is written to stderr as the last thing of the run.
		process.once('exit', () => process.stdout.write(`${this.line}\n`));
	}
}

module.exports = CountReporter;
