import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { manySegmentsHint } from '../../../../../nodes/AudioSpliter/resources/splitJob/manySegments';

const MB = 1_048_576;

const file = (bytes: number, mimeType = 'audio/mpeg'): IBinaryData => ({
	...{ data: 'filesystem-v2', mimeType, bytes },
});
const parameters = (more: IDataObject): IDataObject => ({
	...{ resource: 'splitJob', operation: 'create', source: 'binary', binaryPropertyName: 'data' },
	...{ splitMode: 'duration', segmentDuration: 600, maxSegmentSize: 25, additionalFields: {} },
	...more,
});

/** What n8n makes of the expression; test/e2e/editorNotes.test.ts has n8n do it. */
const isShown = ($parameter: IDataObject, files: IBinaryData[]): unknown => {
	const expression = manySegmentsHint.displayCondition?.slice(3, -2) ?? '';
	const evaluate = new Function('$parameter', '$input', `return ${expression}`) as (
		...values: unknown[]
	) => unknown;
	const items = files.map((data) => ({ json: {}, binary: { data } }));
	return evaluate($parameter, { all: () => items });
};

const bySize = parameters({ splitMode: 'fileSize', maxSegmentSize: 0.1 });
const bySecond = parameters({ segmentDuration: 1 });

it.each<[string, boolean, IDataObject, IBinaryData[]]>([
	['a file of 1,000 times the size', false, bySize, [file(100 * MB)]],
	['one that is larger', true, bySize, [file(100 * MB + 1000)]],
	['any of the files', true, bySize, [file(1), file(101 * MB, 'audio/wav')]],
	['an MP3 of 1,000 seconds at least', true, bySecond, [file(40_000_001)]],
	['an MP3 that may be shorter', false, bySecond, [file(40_000_000)]],
	['another format, by duration', false, bySecond, [file(1e9, 'audio/wav')]],
	['the values that the node begins with', false, parameters({}), [file(1e9)]],
	[
		'another format than the source has, by size',
		false,
		{ ...bySize, additionalFields: { outputFormat: 'mp3' } },
		[file(101 * MB)],
	],
	['a source that is a URL', false, { ...bySize, source: 'url' }, [file(101 * MB)]],
	['another operation', false, { ...bySize, operation: 'get' }, [file(101 * MB)]],
	['a field without a file', false, { ...bySize, binaryPropertyName: 'audio' }, [file(101 * MB)]],
	['no items', false, bySize, []],
])('before a run, warns of many segments: %s: %s', (_what, shown, $parameter, files) => {
	expect(isShown($parameter, files)).toBe(shown);
});
