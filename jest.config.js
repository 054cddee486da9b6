const transform = {
	'^.+\\.ts$': [
		'@swc/jest',
		{
			jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
			module: { type: 'commonjs' },
		},
	],
};

/** @type {import('jest').Config} */
module.exports = {
	// A test that failed half-way may leave a server open: countReporter.js ends the run. jest's own way ends with a warning.
	openHandlesTimeout: 0,
	reporters: ['default', '<rootDir>/test/support/countReporter.js'],
	projects: [
		{
			displayName: 'unit',
			rootDir: '.',
			testEnvironment: 'node',
			transform,
			setupFilesAfterEnv: ['<rootDir>/test/support/timeouts.ts'],
			testMatch: ['<rootDir>/test/**/*.test.ts'],
			testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
			modulePathIgnorePatterns: ['<rootDir>/dist/'],
		},
		{
			displayName: 'e2e',
			rootDir: '.',
			testEnvironment: 'node',
			transform,
			setupFilesAfterEnv: ['<rootDir>/test/support/timeouts.ts'],
			testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
			globalSetup: '<rootDir>/test/e2e/support/globalSetup.ts',
			globalTeardown: '<rootDir>/test/e2e/support/globalTeardown.ts',
			modulePathIgnorePatterns: ['<rootDir>/dist/'],
		},
	],
};
