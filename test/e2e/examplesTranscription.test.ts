import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { errorOf, itemsOf } from '../../harness/client';
import type { Episode } from '../../sandbox/http/podcast';
import { podcastFeed } from '../../sandbox/http/podcast';
import {
	addRecording,
	expectedStarts,
	jsonOf,
	jsonOfAllRuns,
	RECORDING,
	runExample,
	SEGMENT_SECONDS,
	startsOf,
	TRANSCRIPTION_LIMIT,
	TRANSCRIPTION_SECONDS,
	useExampleStage,
} from './support/exampleStage';
import { importExample } from './support/examples';

const stage = useExampleStage();
const DAY_MS = 86_400_000;

/** Seconds; shorter than a segment. */
const SHORT = 6;
/** Seconds; too long for the transcription service, and still small enough. */
const TOO_LONG = TRANSCRIPTION_SECONDS + 1;

const settings = (segmentDuration: number) => ({
	...{ transcriptionUrl: stage.sandbox.transcriptionUrl, segmentDuration },
});

describe('transcribe a long recording', () => {
	const run = async (segmentDuration: number) => {
		const executionId = await runExample(stage, 'transcribe-a-long-recording', {
			...{ recordingUrl: stage.sandbox.fileUrl(RECORDING), ...settings(segmentDuration) },
		});
		return await stage.n8n.waitForExecution(executionId);
	};

	it('cuts it below both limits, and puts the texts back together with their start times', async () => {
		const execution = await run(SEGMENT_SECONDS);
		expect(errorOf(execution)).toBeUndefined();
		const segments = jsonOf(execution, 'Split the recording');
		expect(startsOf(segments)).toEqual(expectedStarts);
		for (const { size, duration } of segments) {
			expect(size).toBeLessThanOrEqual(TRANSCRIPTION_LIMIT);
			expect(duration).toBeLessThanOrEqual(TRANSCRIPTION_SECONDS);
		}

		const [item, ...others] = jsonOf(execution, 'Transcript');
		expect(others).toEqual([]);
		expect(item?.segments).toEqual(
			segments.map(({ start, end, fileName }) => ({
				...{ start, end },
				text: expect.stringMatching(new RegExp(`seconds of audio from ${String(fileName)}$`)),
			})),
		);
		const lines = String(item?.transcript).split('\n');
		expect(lines).toHaveLength(segments.length);
		expect(lines[0]).toMatch(/^\[00:00:00\] \d+\.\d seconds of audio from /);
		const second = Math.floor(Number(segments[1]?.start));
		expect(lines[1]).toMatch(new RegExp(`^\\[00:00:${String(second).padStart(2, '0')}\\] `));
	});

	it('would be refused by the transcription service with longer segments', async () => {
		const execution = await run(TOO_LONG);
		expect(Number(jsonOf(execution, 'Split the recording')[0]?.size)).toBeLessThan(
			TRANSCRIPTION_LIMIT,
		);
		expect(errorOf(execution)).toMatchObject({ httpCode: '400' });
		expect(JSON.stringify(errorOf(execution))).toContain('which is the maximum for this model');
	});
});

describe('transcribe an uploaded recording', () => {
	/** Uploads a file as the form's page does. @returns what its page then shows, and the execution */
	const upload = async (path: string) => {
		const { id, nodes } = await importExample(
			...([stage.n8n, 'transcribe-an-uploaded-recording', stage.credential] as const),
			settings(SEGMENT_SECONDS),
		);
		await stage.n8n.activate(id);
		const { webhookId } = nodes.find(({ name }) => name === 'Upload form') ?? {};
		const page = `${stage.n8n.url}/form/${webhookId}`;
		expect((await axios.get<string>(page, { proxy: false })).data).toContain('type="file"');

		const bytes = await axios.get<ArrayBuffer>(path, {
			...{ responseType: 'arraybuffer', proxy: false },
		});
		const form = new FormData();
		form.set('field-0', new Blob([bytes.data], { type: 'audio/mpeg' }), 'interview.mp3');
		const submitted = await axios.post<{ formWaitingUrl: string }>(page, form, { proxy: false });
		const [{ id: executionId = '' } = {}] = await stage.n8n.waitForExecutions(id, 1, {
			status: ['waiting', 'error'],
		});
		return { id, executionId, waitingUrl: submitted.data.formWaitingUrl };
	};

	const transcriptOf = async ({
		id,
		executionId,
		waitingUrl,
	}: Awaited<ReturnType<typeof upload>>) => {
		const shown = await axios.get<string>(waitingUrl, { proxy: false });
		expect(shown.data).toContain('The transcript');
		// The page tells n8n that it is shown.
		await axios.post(waitingUrl, undefined, { proxy: false });
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)).toBeUndefined();
		await stage.n8n.deactivate(id);
		return { shown: shown.data, execution };
	};

	it('takes the file from the form and shows the transcript on its page', async () => {
		const uploaded = await upload(stage.sandbox.fileUrl(RECORDING));
		const { shown, execution } = await transcriptOf(uploaded);
		expect(shown).toMatch(/\[00:00:00\] \d+\.\d seconds of audio from /);
		expect(jsonOf(execution, 'Segment')).toHaveLength(expectedStarts.length);
	});

	it('takes a file that is shorter than a segment whole', async () => {
		const { shown, execution } = await transcriptOf(
			await upload(await addRecording(stage, 'short.mp3', SHORT)),
		);
		expect(shown).toMatch(/\[00:00:00\] 6\.\d seconds of audio from /);
		expect(jsonOf(execution, 'Take it whole')).toHaveLength(1);
	});

	it('stops where the recording cannot be split for another reason, and says why', async () => {
		stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames' } });
		const { id, executionId } = await upload(stage.sandbox.fileUrl(RECORDING));
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)?.message).toBe(
			'AudioSpliter could not split the recording: No frames (CORRUPT_FILE)',
		);
		await stage.n8n.deactivate(id);
	});
});

describe('subtitles for a long recording', () => {
	const run = async (more: object = {}) => {
		const executionId = await runExample(stage, 'subtitles-for-a-long-recording', {
			...{ recordingUrl: stage.sandbox.fileUrl(RECORDING), ...settings(SEGMENT_SECONDS), ...more },
		});
		return await stage.n8n.waitForExecution(executionId);
	};

	it("makes one SRT and one VTT file, in the recording's own time", async () => {
		const execution = await run();
		expect(errorOf(execution)).toBeUndefined();
		const fileOf = async (node: string) => {
			const [{ binary } = {}, ...others] = itemsOf(execution, node);
			expect(others).toEqual([]);
			const text = (await stage.n8n.binary(binary?.data?.id ?? '')).toString('utf8');
			return { name: binary?.data?.fileName, text };
		};
		const srt = await fileOf('SRT file');
		expect(srt.name).toBe('subtitles.srt');
		// Three cues a segment, of four seconds: 0, 4, 8; 10, 14, 18; 20, 24, 28.
		const blocks = srt.text.trim().split('\n\n');
		const number =
			/^(\d+)\n(\d\d):(\d\d):(\d\d),(\d{3}) --> \d\d:\d\d:\d\d,\d{3}\nCue \d of \S+\.mp3$/;
		expect(blocks.map((block) => Number(number.exec(block)?.[1]))).toEqual([
			...[1, 2, 3, 4, 5, 6, 7, 8, 9],
		]);
		expect(
			blocks.map((block) => {
				const [, , , , second, ms] = number.exec(block) ?? [];
				return Math.round(Number(second) + Number(ms) / 1000);
			}),
		).toEqual([0, 4, 8, 10, 14, 18, 20, 24, 28]);

		const vtt = await fileOf('VTT file');
		expect(vtt.name).toBe('subtitles.vtt');
		expect(vtt.text).toMatch(/^WEBVTT\n\n1\n00:00:00\.000 --> 00:00:04\.000\nCue 0 of /);
		expect(vtt.text.replace('WEBVTT\n\n', '').replace(/(:\d\d)\.(\d{3})/g, '$1,$2')).toBe(srt.text);
	});

	it('stops where the model does not tell times', async () => {
		const execution = await run({ model: 'gpt-transcribe' });
		expect(JSON.stringify(errorOf(execution))).toContain("'verbose_json' is not compatible");
	});
});

describe('transcribe a podcast', () => {
	const publish = (episodes: Episode[]): string => {
		const path = join(stage.sandbox.folder, 'podcast.xml');
		writeFileSync(path, podcastFeed(episodes));
		stage.sandbox.addFile('podcast.xml', path);
		return stage.sandbox.fileUrl('podcast.xml');
	};

	it('transcribes each new episode once, one transcript each', async () => {
		const published = new Date();
		const episode = { title: 'One & only', url: stage.sandbox.fileUrl(RECORDING), published };
		const trailer = {
			...{ title: 'Trailer', url: await addRecording(stage, 'trailer.mp3', SHORT), published },
		};
		const old = {
			...{ title: 'Old', url: await addRecording(stage, 'old.mp3') },
			published: new Date(Date.now() - 30 * DAY_MS),
		};
		const { id } = await importExample(stage.n8n, 'transcribe-a-podcast', stage.credential, {
			...{ feedUrl: publish([episode, trailer, old]), ...settings(SEGMENT_SECONDS) },
		});
		const run = async () => await stage.n8n.runManually(id, { trigger: 'Every hour' });
		const first = await run();
		expect(errorOf(first)).toBeUndefined();
		expect(jsonOfAllRuns(first, 'Your next step')).toEqual([
			{
				episode: 'One & only',
				concatenated_text: expect.stringMatching(/^(\d+\.\d seconds of audio from \S+\n?){3}$/),
			},
			{
				episode: 'Trailer',
				concatenated_text: expect.stringMatching(/^6\.\d seconds of audio from \S+$/),
			},
		]);

		const jobs = stage.sandbox.jobs().length;
		const again = await run();
		expect(jsonOfAllRuns(again, 'New episodes')).toEqual([]);
		expect(stage.sandbox.jobs()).toHaveLength(jobs);

		const next = { title: 'Two', url: await addRecording(stage, 'two.mp3'), published };
		publish([next, episode, trailer, old]);
		const later = await run();
		expect(jsonOfAllRuns(later, 'Your next step')).toMatchObject([{ episode: 'Two' }]);
	});

	it('ends as failed where an episode fails, after the others are done', async () => {
		const published = new Date();
		const { id } = await importExample(stage.n8n, 'transcribe-a-podcast', stage.credential, {
			feedUrl: publish([
				{ title: 'Broken', url: await addRecording(stage, 'broken.mp3'), published },
				{ title: 'Whole', url: stage.sandbox.fileUrl(RECORDING), published },
			]),
			...settings(SEGMENT_SECONDS),
		});
		stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames' } });
		const execution = await stage.n8n.runManually(id, { trigger: 'Every hour' });
		expect(jsonOfAllRuns(execution, 'Your next step')).toMatchObject([{ episode: 'Whole' }]);
		expect(errorOf(execution)?.message).toBe(
			'AudioSpliter could not split Broken: No frames (CORRUPT_FILE)',
		);
	});
});
