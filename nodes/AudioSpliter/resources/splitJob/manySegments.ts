import type { NodeHint } from 'n8n-workflow';
import { MANY_SEGMENTS, MANY_SEGMENTS_TEXT } from '../../output/hints';
import { BYTES_PER_MB } from './createBody';

/** The most that MP3 allows, 320 kbit/s: what is larger than this for each second would not be MP3. */
const MP3_BYTES_PER_SECOND = 40_000;

/** Bytes of a segment as the parameters ask for it, at most; undefined where the file's size says nothing of its length. */
const SEGMENT_BYTES = `($parameter["splitMode"] === "fileSize"
	? ($parameter["additionalFields"]?.["outputFormat"] ? undefined : $parameter["maxSegmentSize"] * ${BYTES_PER_MB})
	: (file.mimeType === "audio/mpeg" ? $parameter["segmentDuration"] * ${MP3_BYTES_PER_SECOND} : undefined))`;

/**
 * Shown in the editor before the node runs, and so before anything is billed, where a file in the input is large enough for
 * more segments than anybody wants: seconds and minutes are easily mixed up. n8n tells expressions a file's `bytes`; the
 * length of a recording behind a URL is not known before AudioSpliter has fetched it.
 */
export const manySegmentsHint: NodeHint = {
	message: `A file in the input will give more than ${MANY_SEGMENTS_TEXT} segments. Check 'Segment Duration' (seconds) or 'Max Segment Size' (MB) before you run this.`,
	type: 'warning',
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
	displayCondition: `={{ $parameter["resource"] === "splitJob" && $parameter["operation"] === "create" && $parameter["source"] === "binary" && $input.all().some(({ binary }) => { const file = binary?.[$parameter["binaryPropertyName"]]; return file?.bytes > ${MANY_SEGMENTS} * ${SEGMENT_BYTES.replace(/\s+/g, ' ')}; }) }}`,
};
