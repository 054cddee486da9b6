const { parallel, series, src, dest } = require('gulp');
const { rm } = require('node:fs/promises');
const { spawn } = require('node:child_process');
const { rolldown } = require('rolldown');
const { parseSync, Visitor } = require('rolldown/utils');
const manifest = require('./package.json');

const clean = async () => await rm('dist', { recursive: true, force: true });

const checkTypes = (done) => {
	spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json'], {
		stdio: 'inherit',
	}).on('close', (code) => done(code === 0 ? undefined : new Error('TypeScript found errors')));
};

/** What package.json names for n8n to load: `nodes/…/AudioSpliter.node`, from the path of its compiled file. */
const ENTRIES = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((path) =>
	path.replace(/^dist\//, '').replace(/\.js$/, ''),
);

/** Replaces parts of a text, none of which overlap. */
const edit = (text, edits) => {
	let result = '';
	let end = 0;
	for (const edit of edits.sort((a, b) => a.start - b.start)) {
		result += text.slice(end, edit.start) + edit.text;
		end = edit.end;
	}
	return result + text.slice(end);
};

const toAscii = (text) =>
	text.replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Sets code without white space in lines of a statement or a parameter each, so that it can be read and a stack trace says where, and its
 * texts in quotes. All in ASCII: one other character makes V8 keep the whole file with two bytes a character.
 */
const layOut = (name, code) => {
	const text = toAscii(code);
	const edits = [];
	const breakBefore = ({ start }) => edits.push({ start, end: start, text: start > 0 ? '\n' : '' });
	const quote = ({ start, end, expressions, quasis }) => {
		if (expressions.length > 0) return;
		edits.push({ start, end, text: toAscii(JSON.stringify(quasis[0].value.cooked)) });
	};
	new Visitor({
		Program: ({ body }) => body.forEach(breakBefore),
		BlockStatement: ({ body }) => body.forEach(breakBefore),
		ClassBody: ({ body }) => body.forEach(breakBefore),
		SwitchStatement: ({ cases }) => cases.forEach(breakBefore),
		ArrayExpression: ({ elements }) =>
			elements.filter((element) => element?.type === 'ObjectExpression').forEach(breakBefore),
		TemplateLiteral: quote,
	}).visit(parseSync(name, text).program);
	return `${edit(text, edits)}\n`;
};

/**
 * One file for all that the nodes have, one for each that n8n loads, which names what it is of that, and one for the
 * credential: n8n starts faster than with a file for each source, and the nodes share their state (the API's budget).
 * Comments and white space go, what can be said shorter is, and names inside functions become letters. Those of the
 * functions stay, so that a stack trace says where.
 */
const bundle = async () => {
	const build = await rolldown({
		input: Object.fromEntries(ENTRIES.map((entry) => [entry, `${entry}.ts`])),
		external: ['n8n-workflow'],
		platform: 'node',
		// Leaves out a comment above each source that names its file.
		experimental: { attachDebugInfo: 'none' },
		tsconfig: 'tsconfig.json',
		plugins: [
			{
				name: 'lay-out',
				generateBundle(_options, files) {
					for (const file of Object.values(files)) file.code = layOut(file.fileName, file.code);
				},
			},
		],
	});
	await build.write({
		dir: 'dist',
		format: 'cjs',
		exports: 'named',
		comments: false,
		minifyInternalExports: false,
		minify: {
			compress: { sequences: false, joinVars: false },
			mangle: { toplevel: false },
			codegen: { removeWhitespace: true },
		},
		entryFileNames: '[name].js',
		chunkFileNames: 'nodes/AudioSpliter/shared.js',
		codeSplitting: { groups: [{ name: 'shared', test: /[\\/]nodes[\\/]AudioSpliter[\\/]/ }] },
	});
	await build.close();
};

/** Icons, codex files and schemas are not TypeScript, but n8n looks for them beside the compiled node. */
const assets = () => src('nodes/**/*.{svg,json}', { encoding: false }).pipe(dest('dist/nodes'));

const build = series(clean, parallel(checkTypes, bundle, assets));

module.exports = { clean, build, default: build };
