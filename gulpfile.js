const { parallel, series, src, dest } = require('gulp');
const { rm } = require('node:fs/promises');
const { spawn } = require('node:child_process');

const clean = async () => await rm('dist', { recursive: true, force: true });

const compile = (done) => {
	spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json'], {
		stdio: 'inherit',
	}).on('close', (code) => done(code === 0 ? undefined : new Error('TypeScript found errors')));
};

/** Icons and codex files are not TypeScript, but n8n looks for them beside the compiled node. */
const assets = () =>
	src('nodes/**/*.{svg,node.json}', { encoding: false }).pipe(dest('dist/nodes'));

const build = series(clean, parallel(compile, assets));

module.exports = { clean, build, default: build };
