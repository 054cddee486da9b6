const transform = {
	'^.+\\.ts$': [
		'@swc/jest',
		{
			jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
			module: { type: 'commonjs' },
		},
	],
};

/** What every project has. */
const shared = {
	rootDir: '.',
	transform,
	moduleNameMapper: { '^n8n-workflow$': '<rootDir>/test/support/n8nWorkflow.js' },
	setupFilesAfterEnv: ['<rootDir>/test/support/timeouts.ts'],
	modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/** `npm test -- --quick`: without the suites that wait for real minutes, or keep both processor cores busy for long. */
const slow = process.env.AUDIOSPLITER_QUICK ? ['\\.slow\\.test\\.ts$'] : [];

/** @type {import('jest').Config} */
module.exports = {
	// A test that failed half-way may leave a server open: countReporter.js ends the run. jest's own way ends with a warning.
	openHandlesTimeout: 0,
	// Tests that run side by side wait for something most of the time.
	maxConcurrency: 20,
	testSequencer: '<rootDir>/test/support/sequencer.js',
	reporters: ['default', '<rootDir>/test/support/countReporter.js'],
	projects: [
		{
			...shared,
			displayName: 'unit',
			testEnvironment: '<rootDir>/test/support/environment.ts',
			testMatch: ['<rootDir>/test/**/*.test.ts'],
			testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(e2e|engine)/', ...slow],
		},
		{
			...shared,
			displayName: 'engine',
			// n8n's engine beside jest's own modules: loaded once in a worker, and of one realm with the nodes.
			testEnvironment: '<rootDir>/test/engine/support/environment.ts',
			testMatch: ['<rootDir>/test/engine/**/*.test.ts'],
			testPathIgnorePatterns: ['/node_modules/', ...slow],
			globalSetup: '<rootDir>/test/engine/support/globalSetup.ts',
			globalTeardown: '<rootDir>/test/support/endEverything.ts',
		},
		{
			...shared,
			displayName: 'e2e',
			testEnvironment: '<rootDir>/test/e2e/support/environment.ts',
			testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
			globalSetup: '<rootDir>/test/e2e/support/globalSetup.ts',
			globalTeardown: '<rootDir>/test/support/endEverything.ts',
		},
	],
};
