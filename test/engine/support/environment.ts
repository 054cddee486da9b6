import { FileEnvironment } from '../../support/fileEnvironment';
import { loadEngine } from './engine';

/** Gives each test file the engine, which this module loads beside jest's own modules. */
class EngineEnvironment extends FileEnvironment {
	async setup(): Promise<void> {
		// What it makes while it loads outlasts the file.
		const engine = await loadEngine();
		await super.setup();
		Object.assign(this.global, { engine });
	}
}

module.exports = EngineEnvironment;
