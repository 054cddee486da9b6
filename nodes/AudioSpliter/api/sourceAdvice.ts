/** Where a job's audio comes from. */
export type SourceKind = 'url' | 'binary';

const FORMAT = 'Use a source in MP3, WAV, FLAC, OGG or AAC, or convert it first.';
const FORMAT_OF_LINK = `${FORMAT} A link that shows a web page in a browser is not the audio file itself.`;
const LINK =
	'Use a direct link to the audio file that works without a login for at least an hour. Share pages of cloud drives do not work.';
const LINK_OR_FILE = `${LINK} For files inside n8n, set 'Source' to 'Binary File'.`;
const FILE =
	'AudioSpliter must be able to reach this n8n over https, and the execution must still be stored when AudioSpliter fetches the file: have this node wait for completion.';
const COMPLETE_LINK =
	'Check that the link leads to the complete audio file itself, and that the file plays.';

interface SourceFault extends Record<SourceKind, string> {
	message: string;
	/** For a node that did not create the job, and does not know its source. */
	unknown: string;
}

const FORMAT_FAULT: SourceFault = {
	message: 'The audio format is not supported',
	url: FORMAT_OF_LINK,
	binary: FORMAT,
	unknown: FORMAT_OF_LINK,
};

const FAULTS: Record<string, SourceFault> = {
	INVALID_FORMAT: FORMAT_FAULT,
	UNSUPPORTED_FORMAT: FORMAT_FAULT,
	INVALID_URL: {
		message: 'AudioSpliter could not reach the source URL',
		url: LINK_OR_FILE,
		binary: FILE,
		unknown: LINK_OR_FILE,
	},
	DOWNLOAD_FAILED: {
		message: 'AudioSpliter could not download the source',
		url: LINK,
		binary: FILE,
		unknown: `${LINK} With 'Source' set to 'Binary File', ${FILE}`,
	},
	CORRUPT_FILE: {
		message: 'The source could not be decoded',
		url: COMPLETE_LINK,
		binary: 'Check that the file is complete, and that it plays.',
		unknown: COMPLETE_LINK,
	},
};

/**
 * What a documented code says about a job's source (API: Error Codes), and what to do about the source that was chosen.
 *
 * @returns undefined for a code that is not about the source
 */
export function explainSource(
	code: string,
	source: SourceKind | undefined,
): { message: string; description: string } | undefined {
	const fault = Object.hasOwn(FAULTS, code) ? FAULTS[code] : undefined;
	return fault && { message: fault.message, description: fault[source ?? 'unknown'] };
}
