import type { INode, INodeProperties } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import {
	audioSpliter,
	audioSpliterPollingTrigger,
	audioSpliterTrigger,
	workflow,
} from '../../harness/workflows';
import { properties } from '../../nodes/AudioSpliter/resources';
import { pollingTriggerFields, triggerFields } from '../../nodes/AudioSpliter/trigger/fields';
import type { Editor } from './support/editor';
import { describeInBrowser, settled, useBrowser } from './support/editor';
import { ACTION_STATES, POLLING_TRIGGER_STATES, TRIGGER_STATES } from './support/editorStates';
import { inRows } from './support/editorWorkflows';
import { connectToN8n } from './support/n8n';

const WORDS = [
	...['audio', 'audiosplitter', 'audio splitter', 'split audio', 'audio split', 'cut audio'],
	...['long audio', 'chunk audio', 'ffmpeg', 'speech', 'voice', 'podcast', '25 MB', 'transcribe'],
];
const nodesOf = (): INode[] => [
	...ACTION_STATES.map(({ title, parameters }) =>
		audioSpliter(parameters, undefined, { name: title }),
	),
	...TRIGGER_STATES.map(({ title, parameters }) =>
		audioSpliterTrigger(parameters, undefined, { name: title }),
	),
	...POLLING_TRIGGER_STATES.map(({ title, parameters }) =>
		audioSpliterPollingTrigger(parameters, undefined, { name: title }),
	),
];

/** What the descriptions call their parameters, those inside collections included. */
const labelsOf = (parameters: INodeProperties[]): string[] =>
	parameters
		.filter(({ type }) => !['notice', 'hidden'].includes(type))
		.flatMap(({ displayName, type, options = [] }) => {
			if (type === 'collection') return [displayName, ...labelsOf(options as INodeProperties[])];
			const groups =
				type === 'fixedCollection' ? (options as Array<{ values: INodeProperties[] }>) : [];
			return [displayName, ...groups.flatMap(({ values }) => labelsOf(values))];
		});

describeInBrowser('the editor', () => {
	const browser = useBrowser();
	let n8n: N8nClient;
	let editor: Editor;

	beforeAll(async () => {
		n8n = await connectToN8n();
		editor = await browser.open();
	});

	describe('the panel of nodes', () => {
		beforeAll(async () => await editor.openNodePanel());

		it.each(WORDS)('finds the nodes by "%s"', async (word) => {
			expect(await editor.searchNodes(word, 'AudioSpliter')).toContain('AudioSpliter');
		});

		it.each(['poll', 'no public url', 'behind a firewall'])(
			'finds the polling trigger by "%s"',
			async (word) => {
				// n8n leaves 'Trigger' out where a node has actions, as a trigger's events are to it.
				const name = 'AudioSpliter Polling';
				const found = await editor.searchNodes(word, name);
				expect(found.map((one) => one.trim())).toContain(name);
			},
		);

		it('has both nodes and all operations behind one name, and adds the one that is chosen', async () => {
			const { page } = editor;
			await editor.searchNodes('split', 'AudioSpliter');
			const panel = page.getByTestId('node-creator');
			await panel.getByText('AudioSpliter', { exact: true }).click();
			const names = panel.getByTestId('node-creator-item-name');
			await panel.getByText('Triggers (3)').waitFor();
			// The list that was there slides out while the new one comes in.
			const shown = async () => await names.allInnerTexts();
			const triggers = ['On job completed', 'On job failed', 'On job progress'];
			expect(await settled(shown, triggers)).toEqual(triggers);
			await panel.getByText('Actions (7)').click();
			const actions = [
				...['Create split job', 'Delete split job', 'Get split job', 'Get many split jobs'],
				...['Wait for split job', 'Download segments', 'Get many segments'],
			];
			// In this order: what people come for is first.
			const listed = async () => (await shown()).filter((name) => actions.includes(name));
			expect(await settled(listed, actions)).toEqual(actions);
			await panel.getByText('Create split job', { exact: true }).click();
			const asItBegins = ACTION_STATES[0]?.shown;
			expect(await settled(editor.shownParameters, asItBegins ?? [])).toEqual(asItBegins);
		});
	});

	describe('the parameters', () => {
		const states = [...ACTION_STATES, ...TRIGGER_STATES, ...POLLING_TRIGGER_STATES];

		beforeAll(async () => {
			const { id } = await n8n.createWorkflow({
				...workflow('Parameters', inRows(nodesOf())),
				connections: {},
			});
			await editor.openWorkflow(id);
		});

		it.each(states)('of "$title" show as designed', async ({ title, shown }) => {
			await editor.openNode(title);
			expect(await settled(editor.shownParameters, shown)).toEqual(shown);
			await editor.closeNode();
		});

		it.each([
			['Create as it begins', 'Split Job: Create'],
			['Get Many', 'Split Job: Get Many'],
			['Wait for Completion', 'Split Job: Wait for Completion'],
			['Segment Download', 'Segment: Download'],
			['Trigger as it begins', 'Job Completed, Job Failed'],
			['Polling trigger as it begins', 'Job Completed, Job Failed'],
		])('are summed up below "%s" by their labels: %s', async (title, subtitle) => {
			await editor.node(title).getByText(subtitle, { exact: true }).waitFor();
		});

		it('are all in one state or another', () => {
			const shown = new Set(states.flatMap((state) => state.shown));
			for (const label of labelsOf([...properties, ...triggerFields, ...pollingTriggerFields]))
				expect(shown).toContain(label);
		});

		it('that say how to wait are offered in order, the first pause before the longest', async () => {
			await editor.openNode('Create as it begins');
			const choices = await editor.openChoices('Add Option');
			const offered = async () => (await choices.allInnerTexts()).map((name) => name.trim());
			const names = ['Max Wait', 'On Timeout', 'Poll Interval', 'Max Poll Interval'];
			expect(await settled(offered, names)).toEqual(names);
			await editor.page.keyboard.press('Escape');
			await editor.closeNode();
		});

		it('change with what is clicked', async () => {
			const expectShown = async (shown: string[] = []) =>
				expect(await settled(editor.shownParameters, shown)).toEqual(shown);
			const stateOf = (title: string) => states.find((state) => state.title === title)?.shown;

			await editor.openNode('Create as it begins');
			await editor.choose('source', 'Binary File');
			await expectShown(stateOf('Create from a file'));
			await editor.choose('source', 'URL');
			await editor.choose('output', 'One Item per Segment');
			await expectShown(stateOf('Create with segments'));
			await editor.choose('operation', 'Get Many');
			await expectShown(['Resource', 'Operation', 'Return All', 'Limit', 'Filters', 'Simplify']);
			await editor.choose('resource', 'Segment');
			await expectShown(stateOf('Segment Get Many'));
			await editor.closeNode();
		});
	});

	describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
		it('has an icon for each node that is made for it', async () => {
			// A window of its own: n8n reads the theme from what the browser keeps, before it draws anything.
			const window = await browser.open({ theme });
			const { id } = await n8n.createWorkflow(
				workflow('Icons', [
					audioSpliterTrigger({}, undefined, { name: 'The trigger' }),
					audioSpliterPollingTrigger({}, undefined, { name: 'The polling trigger' }),
					audioSpliter({}, undefined, { name: 'The action' }),
				]),
			);
			await window.openWorkflow(id);
			expect(await window.page.locator('body').getAttribute('data-theme')).toBe(theme);
			for (const name of ['The trigger', 'The polling trigger', 'The action']) {
				const icon = window.node(name).locator('img').first();
				await icon.waitFor();
				const file = theme === 'dark' ? 'audiospliter.dark.svg' : 'audiospliter.svg';
				const source = async () => (await icon.getAttribute('src'))?.split('/').at(-1);
				expect(await settled(source, file)).toBe(file);
				const width = async () => await icon.evaluate((image) => image.naturalWidth > 0);
				expect(await settled(width, true)).toBe(true);
			}
		});
	});
});
