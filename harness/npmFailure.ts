const REGISTRY_PROBLEM =
	/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E5\d\d|E429|EIDLETIMEOUT|EPROTO|ERR_SSL_\w+|[A-Z_]*CERT[A-Z_]*|Premature close|socket hang up|Invalid response body)\b/;

const hostIn = (log: string): string => {
	const url = /npm (?:error|ERR!).*?(https?:\/\/[^/\s"']+)/.exec(log)?.[1];
	return url ? ` at ${url}` : '';
};

const firstErrors = (log: string): string =>
	log
		.split('\n')
		.filter(
			(line) =>
				/^npm (error|ERR!)/.test(line) &&
				!/complete log of this run|^npm (error|ERR!) code /.test(line),
		)
		.map((line) => line.replace(/^npm (error|ERR!) ?/, ''))
		.slice(0, 2)
		.join(' ');

/** The lines that npm marks as errors; everything, where it marks none. */
const errorsIn = (log: string): string => {
	const errors = log.split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
	return errors.length > 0 ? errors.join('\n') : log;
};

/** The registry lacks it, or a package that it asks for: another version may do, another try will not. */
const NOT_IN_REGISTRY = /\b(ETARGET|E404|ENOVERSIONS)\b/;

/** A package, or one that it depends on, is not in the registry. */
export class NotInRegistry extends Error {}

/**
 * Turns what npm printed into one sentence: what happened, then what to do.
 *
 * @param what what npm was doing, as the sentence's subject: `Installing n8n 2.41.1`
 */
export const explainNpmFailure = (what: string, log: string): string => {
	const text = errorsIn(log);
	if (/\bENOSPC\b|no space left/i.test(text)) {
		return `${what} failed: the disk is full. Make room, or point AUDIOSPLITER_CACHE at a folder with room, and run the same command again.`;
	}
	if (/\b(EACCES|EPERM|EROFS)\b/.test(text)) {
		const path = /npm (?:error|ERR!) path (.+)/.exec(text)?.[1];
		return `${what} failed: ${path ?? 'a file'} may not be written. Check its owner, or point AUDIOSPLITER_CACHE at a folder of your own.`;
	}
	const problem = REGISTRY_PROBLEM.exec(text)?.[1];
	if (problem) {
		return `${what} failed: the npm registry${hostIn(text)} could not be reached, or broke off (${problem}). Check the network (npm ping) and run the same command again; what arrived is kept in npm's cache.`;
	}
	if (NOT_IN_REGISTRY.test(text)) {
		return `${what} failed: the npm registry does not have it or one of its dependencies (${firstErrors(log)}).`;
	}
	if (/\bEINTEGRITY\b/.test(text)) {
		return `${what} failed: a package arrived damaged. Run "npm cache verify" and the same command again.`;
	}
	if (/\bENOENT\b/.test(text) && /spawn/.test(text)) {
		return `${what} failed: there is no npm on the path. Install npm and run the same command again.`;
	}
	return `${what} failed: ${firstErrors(log) || log.trim().split('\n').slice(-3).join(' ')}`;
};

/** As {@link explainNpmFailure}, as an error to throw: {@link NotInRegistry} where the registry answered that it is not there. */
export const npmFailure = (what: string, log: string): Error => {
	const message = explainNpmFailure(what, log);
	const text = errorsIn(log);
	const isMissing = NOT_IN_REGISTRY.test(text) && !REGISTRY_PROBLEM.test(text);
	return isMissing ? new NotInRegistry(message) : new Error(message);
};

/** As {@link explainNpmFailure}, for the rebuild of sqlite3, which is compiled where no prebuilt one is to be had. */
export const explainRebuildFailure = (log: string): string => {
	const missing = [
		/find Python|Could not find any Python/i.test(log) ? 'python3' : undefined,
		/not found: make|make: (command )?not found|spawn make ENOENT/i.test(log) ? 'make' : undefined,
		/(g\+\+|c\+\+|cc|clang\+\+)(-\d+)?: (command )?(not found|No such file)/i.test(log)
			? 'g++'
			: undefined,
	].filter((tool) => tool !== undefined);

	if (missing.length > 0) {
		return `sqlite3, which n8n needs, could not be downloaded ready-made, and compiling it failed for want of ${missing.join(' and ')}. Install python3, make and g++ (Debian: apt-get install python3 make g++) and run the same command again.`;
	}
	if (/ENOSPC|No space left/i.test(log)) return explainNpmFailure('Building sqlite3', log);
	const telling = log
		.split('\n')
		.filter((line) => /gyp ERR! stack|error:/i.test(line))
		.map((line) => line.replace(/^(npm (error|ERR!) )?/, '').trim())
		.slice(0, 2)
		.join(' ');
	return `sqlite3, which n8n needs, could neither be downloaded ready-made nor compiled here: ${telling || explainNpmFailure('npm rebuild', log)}`;
};
