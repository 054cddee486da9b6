const { parallel, series, src, dest } = require('gulp');
const { rm } = require('node:fs/promises');
const { spawn } = require('node:child_process');
const { rolldown } = require('rolldown');
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

/**
 * One file for each that n8n loads, and one for what they share: n8n starts faster than with a file for each source, and
 * the nodes still share their state (the API's budget). Not minified.
 */
const bundle = async () => {
	const build = await rolldown({
		input: Object.fromEntries(ENTRIES.map((entry) => [entry, `${entry}.ts`])),
		external: ['n8n-workflow'],
		platform: 'node',
		// Leaves out a comment above each source that names its file.
		experimental: { attachDebugInfo: 'none' },
		tsconfig: 'tsconfig.json',
	});
	await build.write({
		dir: 'dist',
		format: 'cjs',
		exports: 'named',
		comments: false,
		entryFileNames: '[name].js',
		chunkFileNames: 'nodes/AudioSpliter/shared.js',
	});
	await build.close();
};

/** Icons, codex files and schemas are not TypeScript, but n8n looks for them beside the compiled node. */
const assets = () => src('nodes/**/*.{svg,json}', { encoding: false }).pipe(dest('dist/nodes'));

const build = series(clean, parallel(checkTypes, bundle, assets));

module.exports = { clean, build, default: build };
