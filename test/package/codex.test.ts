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

it('puts both nodes where they are found together', () => {
	const [action, trigger] = [readCodex('AudioSpliter'), readCodex('AudioSpliterTrigger')];
	expect(trigger.categories).toEqual(action.categories);
	expect(trigger.alias).toEqual([...action.alias, 'webhook']);
});

describe.each([
	['AudioSpliter', 'audioSpliter'],
	['AudioSpliterTrigger', 'audioSpliterTrigger'],
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

	it('is found by what people look for', () => {
		const words = codex.alias.map((word) => word.toLowerCase());
		for (const word of ['audio', 'split', 'transcribe', 'transcription', 'podcast']) {
			expect(words).toContain(word);
		}
		expect(new Set(words).size).toBe(words.length);
	});
});
