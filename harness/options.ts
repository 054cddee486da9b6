import { statSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { DEFAULT_N8N_VERSION, isExactVersion } from './n8nVersions';

/** Reads an option's number. commander names the option and its value in front of the error. */
export const toNumber =
	(sentence: string, isRight: (value: number) => boolean) =>
	(text: string): number => {
		const value = Number(text);
		if (text.trim() !== '' && isRight(value)) return value;
		throw new InvalidArgumentError(sentence);
	};

const MOST_PORTS = 65_535;

/** Reads a port; `least` is 0 where the system may choose one. */
export const toPort = (least: 0 | 1): ((text: string) => number) =>
	toNumber(
		`A port is a whole number from ${least} to ${MOST_PORTS}.`,
		(port) => Number.isInteger(port) && port >= least && port <= MOST_PORTS,
	);

/** Reads a whole number that is 0 or more. */
export const toCount = toNumber(
	'It must be a whole number.',
	(count) => Number.isSafeInteger(count) && count >= 0,
);

/** Reads a version of n8n. */
export const toN8nVersion = (text: string): string => {
	if (isExactVersion(text)) return text;
	throw new InvalidArgumentError(`It must be an exact version such as ${DEFAULT_N8N_VERSION}.`);
};

/** Reads a text that may not be empty. */
export const toText = (text: string): string => {
	if (text.trim() !== '') return text;
	throw new InvalidArgumentError('It must not be empty.');
};

/** Reads the path of a file that exists. */
export const toFile = (path: string): string => {
	if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
	throw new InvalidArgumentError('There is no such file.');
};
