import { repository } from './folders';
import { isExactVersion } from './n8nVersions';
import { runNpm } from './npm';
import { NotInRegistry, npmFailure } from './npmFailure';

/** Some versions of n8n pin packages that were never published; so many in a row would be news. */
const MOST_TRIES = 8;

/** A version that cannot be installed, and why. */
interface Skipped {
	version: string;
	reason: string;
}

/** The newest version that can be installed, and the newer ones that cannot. */
export interface NewestInstallable {
	version: string;
	skipped: Skipped[];
}

const numbersOf = (version: string): number[] => version.split('.').map(Number);

const newestFirst = (one: string, other: string): number => {
	const [ours, theirs] = [numbersOf(one), numbersOf(other)];
	const at = ours.findIndex((part, index) => part !== theirs[index]);
	return at < 0 ? 0 : (theirs[at] ?? 0) - (ours[at] ?? 0);
};

/** The versions up to n8n's `latest`, the newest first. Versions above it are not released yet. */
export const versionsUpTo = (latest: string, versions: string[]): string[] =>
	versions
		.filter((version) => isExactVersion(version) && !version.includes('-'))
		.filter((version) => newestFirst(version, latest) >= 0)
		.sort(newestFirst);

/** Asks the registry for n8n's versions. @throws where it does not answer */
export const askForVersions = async (): Promise<string[]> => {
	const args = ['view', 'n8n', 'versions', 'dist-tags.latest', '--json', '--loglevel=error'];
	const { code, log } = await runNpm(args, { cwd: repository });
	if (code !== 0) throw npmFailure("Asking for n8n's versions", log);
	const answer = JSON.parse(log) as { versions: string[]; 'dist-tags.latest': string };
	return versionsUpTo(answer['dist-tags.latest'], answer.versions);
};

/**
 * Installs the newest version that can be installed.
 *
 * @param versions the newest first
 * @throws what an installation ends in that fails for another reason than the registry's want of a package
 */
export const installNewest = async (
	versions: string[],
	install: (version: string) => Promise<unknown>,
): Promise<NewestInstallable> => {
	const skipped: Skipped[] = [];
	for (const version of versions.slice(0, MOST_TRIES)) {
		try {
			await install(version);
			return { version, skipped };
		} catch (error) {
			if (!(error instanceof NotInRegistry)) throw error;
			skipped.push({ version, reason: error.message });
		}
	}
	const tried = skipped.map(({ version }) => version).join(', ');
	throw new Error(`None of the newest versions of n8n can be installed (${tried}).`);
};
