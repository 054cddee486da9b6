import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { TestEnvironment } from 'jest-environment-node';
import { loadEngine } from './engine';

/** Gives each test file the engine, which this module loads beside jest's own modules. */
class EngineEnvironment extends TestEnvironment {
	constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
		super(config, context);
	}

	async setup(): Promise<void> {
		await super.setup();
		Object.assign(this.global, { engine: await loadEngine() });
	}
}

module.exports = EngineEnvironment;
