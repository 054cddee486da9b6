import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { audioSpliter } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { byId } from '../support/action';
import { RECORDING } from '../support/sandbox';
import type { Editor } from './support/editor';
import { describeInBrowser, useBrowser } from './support/editor';
import { sideBySide } from './support/editorWorkflows';
import { useSandbox } from './support/stage';

/** A node, and what the editor says once it has run. */
interface Row {
	title: string;
	parameters: (sandbox: Sandbox) => INodeParameters;
	message: string | RegExp;
	advice: RegExp;
	/** What is wrong with the advice where this is in it. */
	not?: RegExp;
}

const create = (parameters: INodeParameters) => (): INodeParameters => parameters;
const PAGE = 'recording.html';

/** Each costs nothing: it is told before any call. */
const REFUSED: Row[] = [
	{
		title: 'a share page',
		parameters: create({ sourceUrl: 'https://drive.google.com/file/d/1AbC/view?usp=sharing' }),
		message: "'Source URL' is a Google Drive share page, not a direct link to an audio file",
		advice: /^Use https:\/\/drive\.google\.com\/uc\?export=download&id=FILE_ID /,
	},
	{
		title: 'a source that is no address',
		parameters: create({ sourceUrl: 'town-hall.mp3' }),
		message: "'Source URL' is not a web address: 'town-hall.mp3'",
		advice: /^It must begin with https:/,
	},
	{
		title: 'an unknown format',
		parameters: create({ additionalFields: { outputFormat: '={{ "mp4" }}' } }),
		message: "'Output Format' must be 'mp3', 'wav', 'flac', 'ogg' or 'aac', not 'mp4'",
		advice: /^Choose a value from the list/,
	},
	{
		title: 'a range backwards',
		parameters: create({
			...{ resource: 'segment', operation: 'download', jobId: byId('job_1'), segments: '4-2' },
		}),
		message: "'Segments' cannot be used: The range 4-2 runs backwards",
		advice: /^Enter 'all', or zero-based indexes such as 0,2-4/,
	},
];

const FAILED: Row[] = [
	{
		title: 'a source that is not there',
		parameters: (sandbox) => ({ sourceUrl: `${sandbox.fileUrl(RECORDING)}.missing` }),
		// In the service's words or in ours, and not in both.
		message:
			/^(AudioSpliter could not download the source|The source could not be downloaded)((?!source).)*\(DOWNLOAD_FAILED\) \[job \S+\]$/,
		advice: /^Use a direct link to the audio file that works without a login/,
		not: /Binary File/,
	},
	{
		title: 'a page in the place of audio',
		parameters: (sandbox) => ({ sourceUrl: sandbox.fileUrl(PAGE) }),
		message: /\((UNSUPPORTED_FORMAT|INVALID_FORMAT)\) \[job \S+\]$/,
		advice: /A link that shows a web page in a browser is not the audio file itself\.$/,
		not: /Binary File/,
	},
];

const NOT_FOUND: Row = {
	title: 'a service that is not there',
	parameters: create({}),
	message: /^AudioSpliter could not find what was requested/,
	advice: /^Check the credential's base URL, which normally ends in \/api\/v1/,
	not: /\bIDs?\b/,
};

describeInBrowser('the editor, where a node cannot do what it is asked for,', () => {
	const stage = useSandbox();
	const browser = useBrowser();
	let editor: Editor;
	let workflowId: string;

	beforeAll(async () => {
		editor = await browser.open();
		const page = join(stage.sandbox.folder, PAGE);
		writeFileSync(page, '<!doctype html><title>Recording</title><p>Press play.</p>');
		stage.sandbox.addFile(PAGE, page);
		const nodes = [...REFUSED, ...FAILED, NOT_FOUND].map(({ title, parameters }) =>
			audioSpliter(
				{
					...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
					...{ sourceUrl: stage.sandbox.fileUrl(RECORDING), waitOptions: { pollInterval: 1 } },
					...parameters(stage.sandbox),
				},
				stage.credential,
				{ name: title },
			),
		);
		({ id: workflowId } = await stage.client.createWorkflow(sideBySide('Messages', nodes)));
	});

	/** Runs a node with a click, and reads what its panel says. */
	const run = async ({ title, message, advice, not }: Row): Promise<void> => {
		// Anew: n8n does not run a second step on a page where one has failed.
		await editor.openWorkflow(workflowId);
		await editor.openNode(title);
		await editor.execute();
		const told = await editor.output.getByTestId('node-error-message').innerText();
		const advised = await editor.output.getByTestId('node-error-description').innerText();
		if (typeof message === 'string') expect(told).toBe(message);
		else expect(told).toMatch(message);
		expect(advised).toMatch(advice);
		if (not) expect(advised).not.toMatch(not);
	};

	it.each(REFUSED)('quotes it before any call: $title', async (row) => {
		await run(row);
		expect(stage.sandbox.requests()).toEqual([]);
	});

	it.each(FAILED)('says once what happened, then what to do: $title', run);

	it('says nothing of IDs where a job is created', async () => {
		stage.sandbox.fault('error', { match: { method: 'POST' }, status: 404, code: 'NOT_FOUND' });
		await run(NOT_FOUND);
	});
});
