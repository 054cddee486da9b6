import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { repository } from '../../harness/folders';
import { pack } from '../../harness/pack';
import { temporaryFolder } from '../../harness/processes';

const PACKAGES = join(repository, 'bench', 'baselines', 'packages');

/** Makes a package of a folder of triggers. @returns the path of the tarball */
const packTriggers = async (name: 'standalone' | 'version-2'): Promise<string> => {
	const sources = join(PACKAGES, name);
	const folder = temporaryFolder('baselines');
	copyFileSync(join(sources, 'package.json'), join(folder, 'package.json'));
	for (const file of readdirSync(sources).filter((entry) => entry.endsWith('.ts'))) {
		const { outputText } = transpileModule(readFileSync(join(sources, file), 'utf8'), {
			compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
		});
		writeFileSync(join(folder, `${basename(file, '.ts')}.js`), outputText);
	}
	return await pack(folder, folder);
};

/** Makes a package of the two triggers that this package's is compared with. It needs no other package. */
export const packBaselines = async (): Promise<string> => await packTriggers('standalone');

/**
 * Makes a package of this package's trigger, called version 2. n8n can load it only where this package is installed beside
 * it, so that it must not be in the package of those that need nothing.
 */
export const packVersion2 = async (): Promise<string> => await packTriggers('version-2');
