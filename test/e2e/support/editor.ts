import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { WindowOptions } from '../../../harness/browser';
import { findBrowser, launchBrowser, openWindow } from '../../../harness/browser';
import { DEFAULT_N8N_VERSION } from '../../../harness/n8nVersions';
import { isOlder, sharedN8n } from './n8n';

const found = findBrowser();
const lacks = 'missing' in found;
if (lacks && !process.env.CI) console.warn(found.missing);

// The editor changes from version to version; what is looked for here is marked so since this one.
if (isOlder()) console.warn(`The editor is tested from n8n ${DEFAULT_N8N_VERSION} on.`);

/** Where no browser is there, the suite is skipped; in continuous integration it fails. */
export const describeInBrowser = isOlder() || (lacks && !process.env.CI) ? describe.skip : describe;

/** Milliseconds: a bound for what hangs. A page of the editor takes seconds where both cores are busy. */
const PATIENCE = 150_000;

/** Starts a browser for the tests of one file, and gives it windows on the shared n8n. */
export const useBrowser = (): { open: (options?: WindowOptions) => Promise<Editor> } => {
	let browser: Browser;
	const windows: BrowserContext[] = [];
	jest.setTimeout(2 * PATIENCE);
	beforeAll(async () => {
		if ('missing' in found) throw new Error(found.missing);
		browser = await launchBrowser(found.program);
	});
	afterAll(async () => {
		for (const window of windows) await window.close();
		await browser?.close();
	});
	return {
		open: async (options) => {
			const window = await openWindow(browser, sharedN8n(), options);
			window.setDefaultTimeout(PATIENCE);
			windows.push(window);
			return editorOn(await window.newPage());
		},
	};
};

/** Reads until two readings in a row are what is expected, or until patience ends. @returns the last reading */
export const settled = async <T>(read: () => Promise<T>, expected: T): Promise<T> => {
	const deadline = Date.now() + PATIENCE / 5;
	let inARow = 0;
	for (;;) {
		const seen = await read();
		inARow = isDeepStrictEqual(seen, expected) ? inARow + 1 : 0;
		if (inARow === 2 || Date.now() > deadline) return seen;
		await sleep(100);
	}
};

/** Counts what is on the page until it is as many as expected, or until patience ends. @returns the last count */
export const settledCount = async (what: Locator, expected: number): Promise<number> =>
	await settled(async () => await what.count(), expected);

export type Editor = ReturnType<typeof editorOn>;

/** What people see and do in the editor, by the marks that n8n's own tests use. */
const editorOn = (page: Page) => {
	const details = page.getByTestId('ndv');
	const parameters = details.getByTestId('node-parameters');
	const output = details.getByTestId('output-panel');
	const node = (name: string): Locator =>
		page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	const goTo = async (path: string) => await page.goto(path, { waitUntil: 'commit' });

	return {
		page,
		/** The node's detail view, and parts of it. */
		details,
		parameters,
		output,
		node,

		/** Goes to a page of the editor. It is there when what is looked for on it is, not with its last file. */
		goTo,

		async openWorkflow(id: string): Promise<void> {
			await goTo(`/workflow/${id}`);
			await page.getByTestId('canvas-node').first().waitFor();
		},

		/** Opens a new workflow with its panel of nodes. */
		async openNodePanel(): Promise<void> {
			await goTo('/workflow/new');
			await page.getByTestId('node-creator-plus-button').click();
		},

		/** What the panel of nodes has for a word, once it has the given one. */
		async searchNodes(word: string, wanted: string): Promise<string[]> {
			const names = page.getByTestId('node-creator-item-name');
			const search = page.getByTestId('node-creator-search-bar');
			// A word that finds nothing first, or what the last one found would be taken for what this one does.
			await search.fill('no node has this word');
			await names.getByText(wanted, { exact: true }).waitFor({ state: 'hidden' });
			await search.fill(word);
			await names.getByText(wanted, { exact: true }).waitFor();
			return await names.allInnerTexts();
		},

		async openNode(name: string): Promise<void> {
			await node(name).dblclick();
			await details.getByTestId('inline-edit-preview').getByText(name, { exact: true }).waitFor();
			await parameters.waitFor();
		},

		async closeNode(): Promise<void> {
			await details.getByTestId('ndv-close-button').click();
			await details.waitFor({ state: 'hidden' });
		},

		/** The labels of the parameters that show, in order. */
		async shownParameters(): Promise<string[]> {
			return await parameters
				.getByTestId('input-label')
				.filter({ visible: true })
				// The label comes first, then what switches between value and expression.
				.evaluateAll((labels) => labels.map((label) => label.innerText.split('\n')[0] ?? ''));
		},

		/** What the button of a collection offers, in order. */
		async openChoices(button: string): Promise<Locator> {
			await parameters.getByPlaceholder(button, { exact: true }).click();
			return page.getByRole('option').filter({ visible: true });
		},

		/** Adds a field to a collection by its button's text. */
		async addField(button: string, field: string): Promise<void> {
			const choices = await this.openChoices(button);
			await choices.getByText(field, { exact: true }).click();
		},

		/** Publishes the workflow that is open. */
		async publish(): Promise<void> {
			await page.getByTestId('workflow-open-publish-modal-button').click();
			await page.getByTestId('workflow-publish-button').click();
		},

		async choose(parameter: string, option: string): Promise<void> {
			await parameters.getByTestId(`parameter-input-${parameter}`).click();
			const name = page.getByRole('option').filter({ visible: true }).getByText(option, {
				exact: true,
			});
			await name.click();
			await name.waitFor({ state: 'hidden' });
		},

		/** Clicks 'Execute step', and waits for items or an error. */
		async execute(): Promise<void> {
			await details.getByTestId('node-execute-button').click();
			const ended = output
				.getByTestId('ndv-items-count')
				.or(output.getByTestId('node-error-message'));
			await ended.first().waitFor();
		},
	};
};
