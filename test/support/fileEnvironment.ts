import type { AsyncLocalStorage as Storage } from 'node:async_hooks';
import asyncHooks from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

const { AsyncLocalStorage } = asyncHooks;

/**
 * Where a test file runs. jest makes an `AsyncLocalStorage` for each file and leaves it in use; up to Node 22 every new promise is
 * told to each of them, so that a worker gets slower from file to file. Here a file's own end with it.
 */
export class FileEnvironment extends TestEnvironment {
	readonly #storages: Array<Storage<unknown>> = [];

	async setup(): Promise<void> {
		await super.setup();
		const storages = this.#storages;
		asyncHooks.AsyncLocalStorage = class<T> extends AsyncLocalStorage<T> {
			constructor() {
				super();
				storages.push(this as Storage<unknown>);
			}
		};
	}

	async teardown(): Promise<void> {
		asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
		for (const storage of this.#storages) storage.disable();
		await super.teardown();
	}
}
