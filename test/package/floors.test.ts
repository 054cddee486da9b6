import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newTemporaryFolder } from '../../harness/folders';
import { findFloorFaults } from './support/floors';
import { findCircles, readModules, type Modules } from './support/modules';

const folder = newTemporaryFolder('floors-test');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let trees = 0;

/** The modules of a tree with these files: text by path. */
const treeOf = (files: Record<string, string>, folders?: string[]): Modules => {
	trees += 1;
	const root = join(folder, String(trees));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	return readModules(root, folders);
};

describe('the imports of a module', () => {
	it.each([
		"import { a } from './below';",
		"import './below';",
		"import type { A } from './below';",
		"import { type A } from './below';",
		"import a, {\n\tb,\n} from './below';",
		"import a = require('./below');",
		"export { a } from './below';",
		"export type { A } from './below';",
		"export * from './below';",
		"export type * from './below';",
		"export * as a from './below';",
		"const a = async () => await import('./below');",
		"let a: import('./below').A;",
		"const a = require('./below');",
		'import { a } from "./below";',
		"import { a } from './below.js';",
	])('%s', (text) => {
		const modules = treeOf({ 'module.ts': text, 'below.ts': '' });
		expect(modules.get('module')).toEqual({ own: ['below'], outside: [] });
	});

	it.each(["// import './below';", "const text = `import './below';`;"])('not: %s', (text) => {
		const modules = treeOf({ 'module.ts': text, 'below.ts': '' });
		expect(modules.get('module')).toEqual({ own: [], outside: [] });
	});

	it('mean the index of a folder, and what is no module of the tree is outside', () => {
		const text = "import '../a'; import './b'; import 'axios'; import '../../up'; import './none';";
		const modules = treeOf({ 'a/index.mjs': '', 'c/b.js': '', 'c/module.ts': text });
		expect(modules.get('c/module')).toEqual({
			own: ['a/index', 'c/b'],
			outside: ['axios', '../../up', './none'],
		});
	});

	it('are read from the folders that are named', () => {
		const modules = treeOf({ 'a/one.ts': '', 'b/two.ts': '', 'c/three.ts': '' }, ['a', 'c']);
		expect([...modules.keys()]).toEqual(['a/one', 'c/three']);
	});
});

describe('circles', () => {
	it('are named with all who are in them', () => {
		const modules = treeOf({
			'a.ts': "import './b';",
			'b.ts': "import type { C } from './c';",
			'c.ts': "export * from './a';",
			'd.ts': "import './a';",
		});
		expect(findCircles(modules)).toEqual(['a > b > c > a']);
	});

	it('are not seen in two ways to one module', () => {
		const modules = treeOf({ 'a.ts': "import './b'; import './c';", 'b.ts': "import './c';" });
		expect(findCircles(modules)).toEqual([]);
	});
});

describe('floors', () => {
	const upstairs = "import '../low/one'; import './two';";

	it('may be gone down, and walked within a room', () => {
		const files = { 'high/one.ts': upstairs, 'high/two.ts': '', 'low/one.ts': '' };
		expect(findFloorFaults(treeOf(files), [['high'], ['low']])).toEqual([]);
	});

	it('may not be gone up', () => {
		const files = { 'high/one.ts': upstairs, 'high/two.ts': '', 'low/one.ts': '' };
		expect(findFloorFaults(treeOf(files), [['low'], ['high']])).toEqual([
			'high/one imports low/one, which is above it',
		]);
	});

	it('have rooms that do not import one another', () => {
		const files = { 'left/one.ts': "import type { A } from '../right/one';", 'right/one.ts': '' };
		expect(findFloorFaults(treeOf(files), [['left', 'right']])).toEqual([
			'left/one imports right/one, which is beside it',
		]);
	});

	it('have a place for every module, and a module in every room', () => {
		const files = { 'cli.ts': '', 'low/one.ts': '', 'lower/one.ts': '' };
		expect(findFloorFaults(treeOf(files), [['cli'], ['high'], ['low']])).toEqual([
			'nothing is in high',
			'lower/one is on no floor',
		]);
	});

	it('take a module out of its folder where they name it', () => {
		const files = { 'low/one.ts': "import './two';", 'low/two.ts': '' };
		expect(findFloorFaults(treeOf(files), [['low/two'], ['low']])).toEqual([
			'low/one imports low/two, which is above it',
		]);
	});
});
