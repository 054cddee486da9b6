import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, repository } from './folders';

/** The n8n that every command takes unless another one is asked for. */
export const DEFAULT_N8N_VERSION = '2.41.1';

/** The oldest that the README claims. */
export const OLDEST_N8N_VERSION = '2.8.4';

const numbersOf = (version: string): number[] => version.split('.').map(Number);

/** Whether a version is `least` or newer, to the minor version. */
export const isFrom = (least: string, version: string): boolean => {
	const [major = 0, minor = 0] = numbersOf(version);
	const [leastMajor = 0, leastMinor = 0] = numbersOf(least);
	return major > leastMajor || (major === leastMajor && minor >= leastMinor);
};

/** What an install of one n8n version is made from, and where it goes. */
export interface InstallPlan {
	version: string;
	packageJson: string;
	/** `undefined` where the repository pins no tree for this version: npm resolves it then. */
	packageLock: string | undefined;
	folder: string;
}

interface PackageJson {
	name: string;
	dependencies: Record<string, string>;
}

const read = (path: string): string => readFileSync(path, 'utf8');

const pinned = (version: string): string => join(repository, 'harness', 'n8n', version);

/** The version that the test run was started for (`npm test -- --n8n <version>`), or the default one. */
export const wantedN8nVersion = (): string =>
	process.env.AUDIOSPLITER_N8N_VERSION || DEFAULT_N8N_VERSION;

/** Whether a text is a version such as `2.41.1`, and neither a range nor a tag. */
export const isExactVersion = (text: string): boolean => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(text);

/** @throws where `version` is not an exact version such as `2.41.1` */
export const planInstall = (version: string): InstallPlan => {
	if (!isExactVersion(version)) {
		throw new Error(`"${version}" is not an exact n8n version such as ${DEFAULT_N8N_VERSION}.`);
	}
	const folderFor = (key: string) => join(cacheFolder(), `n8n-${version}-${key}`);

	if (existsSync(join(pinned(version), 'package-lock.json'))) {
		const packageLock = read(join(pinned(version), 'package-lock.json'));
		const hash = createHash('sha256').update(packageLock).digest('hex').slice(0, 12);
		return {
			version,
			packageJson: read(join(pinned(version), 'package.json')),
			packageLock,
			folder: folderFor(hash),
		};
	}

	const model = JSON.parse(read(join(pinned(DEFAULT_N8N_VERSION), 'package.json'))) as PackageJson;
	return {
		version,
		packageJson: JSON.stringify({
			...model,
			name: `n8n-${version}`,
			dependencies: { n8n: version },
		}),
		packageLock: undefined,
		folder: folderFor('unpinned'),
	};
};
