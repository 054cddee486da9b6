import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';

/** n8n's documentation: Codex files, node categories. "AI" is for sub-nodes: it hides others from the search. */
const CATEGORIES = [
	...['Data & Storage', 'Finance & Accounting', 'Marketing & Content', 'Productivity'],
	...['Miscellaneous', 'Sales', 'Development', 'Analytics', 'Communication', 'Utility'],
];

interface Codex {
	node: string;
	nodeVersion: string;
	codexVersion: string;
	categories: string[];
	alias: string[];
	resources: Record<string, Array<{ url: string }>>;
}

const readCodex = (file: string): Codex =>
	JSON.parse(
		readFileSync(join(repository, 'nodes', 'AudioSpliter', `${file}.node.json`), 'utf8'),
	) as Codex;

/** What somebody types who looks for a trigger of this kind, beside the words for all nodes. */
const OWN_WORDS = {
	AudioSpliterTrigger: ['webhook'],
	AudioSpliterPollingTrigger: [
		...['poll', 'polling', 'no public URL', 'behind a firewall', 'localhost'],
	],
};

it.each(Object.entries(OWN_WORDS))('puts %s where the action node is found', (file, words) => {
	const [action, trigger] = [readCodex('AudioSpliter'), readCodex(file)];
	expect(trigger.categories).toEqual(action.categories);
	expect(trigger.alias).toEqual([...action.alias, ...words]);
});

describe.each([
	['AudioSpliter', 'audioSpliter'],
	['AudioSpliterTrigger', 'audioSpliterTrigger'],
	['AudioSpliterPollingTrigger', 'audioSpliterPollingTrigger'],
])('the codex file of %s', (file, node) => {
	const codex = readCodex(file);

	it('belongs to its node', () => {
		expect(codex.node).toBe(`n8n-nodes-audiospliter.${node}`);
		expect(codex.nodeVersion).toBe('1.0');
		expect(codex.codexVersion).toBe('1.0');
	});

	it('has only fields and categories that n8n knows, and none that hides the node', () => {
		expect(Object.keys(codex).sort()).toEqual(
			['alias', 'categories', 'codexVersion', 'node', 'nodeVersion', 'resources'].sort(),
		);
		expect(codex.categories.length).toBeGreaterThan(0);
		for (const category of codex.categories) expect(CATEGORIES).toContain(category);
		expect(Object.keys(codex.resources).sort()).toEqual([
			'credentialDocumentation',
			'primaryDocumentation',
		]);
	});

	it('has each alias once', () => {
		const words = codex.alias.map((word) => word.toLowerCase());
		expect(new Set(words).size).toBe(words.length);
	});

	/** As n8n's node panel does: the characters of what is typed, in their order, in an alias or the name. */
	it.each([
		...['audiosplitter', 'audio splitter', 'split audio', 'audio split', 'cut audio', 'long audio'],
		...['chunk audio', 'ffmpeg', 'speech', 'voice', 'podcast', '25 MB', 'transcribe', 'whisper'],
	])('is found by %s', (typed) => {
		const pattern = new RegExp([...typed].map((one) => one.replace(/\W/, '\\$&')).join('.*'), 'i');
		expect(['AudioSpliter', ...codex.alias].some((name) => pattern.test(name))).toBe(true);
	});
});
