import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { repository } from '../../harness/folders';
import { runNpm } from '../../harness/npm';
import { explainNpmFailure } from '../../harness/npmFailure';
import { temporaryFolder } from '../../harness/processes';

const SOURCES = join(repository, 'bench', 'baselines', 'nodes');

/**
 * Makes a package of the triggers that only the benchmarks need.
 *
 * @returns the path of the tarball
 */
export const packBaselines = async (): Promise<string> => {
	const folder = temporaryFolder('baselines');
	copyFileSync(join(SOURCES, 'package.json'), join(folder, 'package.json'));
	for (const file of readdirSync(SOURCES).filter((name) => name.endsWith('.ts'))) {
		const { outputText } = transpileModule(readFileSync(join(SOURCES, file), 'utf8'), {
			compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
		});
		writeFileSync(join(folder, `${basename(file, '.ts')}.js`), outputText);
	}
	const { code, log } = await runNpm(['pack', '--json', '--ignore-scripts', '--loglevel=error'], {
		cwd: folder,
	});
	if (code !== 0) throw new Error(explainNpmFailure("Packing the benchmarks' triggers", log));
	const [packed] = JSON.parse(log.slice(log.indexOf('['))) as Array<{ filename: string }>;
	return join(folder, packed?.filename ?? '');
};
