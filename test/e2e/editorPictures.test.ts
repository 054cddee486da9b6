import { join } from 'node:path';
import { DEFAULT_N8N_VERSION } from '../../harness/n8nVersions';
import { audioSpliter, manualTrigger, setNode, workflow } from '../../harness/workflows';
import { makeRecording } from '../../sandbox/audio/recording';
import type { Editor } from './support/editor';
import { describeInBrowser, useBrowser } from './support/editor';
import { importExample } from './support/examples';
import { sharedN8n } from './support/n8n';
import type { Picture } from './support/pictures';
import { isTakingPictures, MAX_PICTURE, takePicture } from './support/pictures';
import { useSandbox } from './support/stage';

const RECORDING = 'town-hall.mp3';
// As small as what they show allows.
const WIDTH = 1180;
const HEIGHT = 630;

// They are of one version of n8n, whose own words are in them too.
const describePictures =
	sharedN8n().install.version === DEFAULT_N8N_VERSION ? describeInBrowser : describe.skip;

// What a picture shows is the same in both.
const THEMES = isTakingPictures ? (['light', 'dark'] as const) : (['light'] as const);

describePictures.each(THEMES)("the README's picture, %s,", (theme) => {
	const stage = useSandbox({ transcriptionMaxBytes: 1024 ** 2 });
	const browser = useBrowser();
	let editor: Editor;

	beforeAll(async () => {
		const file = join(stage.sandbox.folder, RECORDING);
		await makeRecording(file, { minutes: 12, kbitPerSecond: 32 });
		stage.sandbox.addFile(RECORDING, file);
		const { apiKey, signingSecret, baseUrl } = stage.sandbox;
		const data = { apiKey, signingSecret, baseUrl };
		const name = 'AudioSpliter account';
		stage.credential = await stage.client.createCredential('audioSpliterApi', data, name);
		editor = await browser.open({ theme, width: WIDTH, height: HEIGHT });
	});

	const expectCurrent = async (picture: Omit<Picture, 'page' | 'theme'>) => {
		const { bytes, shown, recorded } = await takePicture({ page: editor.page, theme, ...picture });
		console.log(`${picture.name}, ${theme}: ${(bytes / 1024).toFixed(1)} KB`);
		expect(bytes).toBeLessThan(MAX_PICTURE);
		// Where this differs, the README's picture is out of date: npm run screenshots.
		expect(shown).toBe(recorded);
	};

	/** The node's detail view from its parameters to its right edge, with the output as wide as it gets. */
	const detailsClip = async () => {
		const { page, details, parameters } = editor;
		const handle = await details.getByTestId('panel-drag-button').boundingBox();
		if (handle) {
			await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
			await page.mouse.down();
			await page.mouse.move(WIDTH / 4, handle.y + handle.height / 2, { steps: 5 });
			await page.mouse.up();
		}
		await page.mouse.move(WIDTH - 1, 1);
		const left = (await parameters.boundingBox())?.x ?? 0;
		const view = (await details.locator('header, [class*=header]').first().boundingBox()) ?? {
			...{ x: 0, y: 0, width: WIDTH, height: HEIGHT },
		};
		const right = view.x + view.width;
		return { x: left, y: view.y, width: right - left, height: HEIGHT - 2 * view.y };
	};

	it('of the action node shows what it shows', async () => {
		const source = { title: 'Town hall', recordingUrl: stage.sandbox.fileUrl(RECORDING) };
		const { id } = await stage.client.createWorkflow(
			workflow('Split', [
				manualTrigger(),
				setNode(source, { name: 'Recording' }),
				audioSpliter(
					{
						...{ resource: 'splitJob', operation: 'create' },
						...{ sourceUrl: '={{ $json.recordingUrl }}', segmentDuration: 180 },
						...{ output: 'segments', waitOptions: { pollInterval: 1 } },
					},
					stage.credential,
				),
			]),
		);
		await editor.openWorkflow(id);
		await editor.openNode('AudioSpliter');
		await editor.execute();
		await editor.output.getByTestId('radio-button-table').click();
		await editor.output.getByRole('cell', { name: '180' }).first().waitFor();
		await expectCurrent({
			name: 'split',
			of: [editor.parameters, editor.output],
			clip: await detailsClip(),
		});
	});

	it('of an example shows what it shows', async () => {
		const { id } = await importExample(
			stage.client,
			'transcribe-a-long-recording',
			stage.credential,
			{
				recordingUrl: stage.sandbox.fileUrl(RECORDING),
				...{ transcriptionUrl: stage.sandbox.transcriptionUrl, segmentDuration: 180 },
			},
		);
		await editor.openWorkflow(id);
		await editor.page.getByTestId('execute-workflow-button').click();
		await editor.node('Transcript').getByTestId('canvas-node-status-success').waitFor();
		const first = await editor.node('Start').boundingBox();
		const last = await editor.node('Transcript').boundingBox();
		if (!first || !last) throw new Error('The nodes of the example do not show.');
		// The row of nodes, with the names below and the last connection.
		const x = first.x - 40;
		const clip = { x, y: first.y - 20, width: last.x + last.width + 80 - x, height: 112 };
		const canvas = editor.page.getByTestId('canvas');
		await expectCurrent({ name: 'example', of: [canvas], clip });
	});
});
