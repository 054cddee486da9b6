import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import { tableOrList } from '../../harness/terminal';
import { probe } from '../../sandbox/audio/ffmpeg';

/** A segment as its item has it, and as its downloaded file is. */
export interface CheckedSegment {
	index: number;
	/** Seconds from the recording's beginning. */
	start: number;
	end: number;
	fileName: string;
	/** What the item says. */
	said: { duration: number; size: number };
	/** What ffprobe reads from the file. */
	read: { duration: number; size: number };
}

interface SegmentJson {
	index: number;
	start: number;
	end: number;
	duration: number;
	size: number;
	fileName: string;
}

/** Takes the files out of n8n as a user would, by downloading them, and reads them with ffprobe. */
export const checkSegments = async (
	client: N8nClient,
	items: INodeExecutionData[],
	folder: string,
): Promise<CheckedSegment[]> => {
	mkdirSync(folder, { recursive: true });
	const checked: CheckedSegment[] = [];
	for (const { json, binary } of items) {
		const { index, start, end, duration, size, fileName } = json as unknown as SegmentJson;
		const id = binary?.data?.id;
		if (!id) throw new Error(`The item of segment ${index} has no file.`);
		const path = join(folder, `${index}-${fileName}`);
		writeFileSync(path, await client.binary(id));
		const read = await probe(path);
		checked.push({ index, start, end, fileName, said: { duration, size }, read });
	}
	return checked;
};

const clock = (seconds: number): string => {
	const whole = Math.round(seconds);
	const minutes = String(Math.floor(whole / 60)).padStart(2, '0');
	return `${minutes}:${String(whole % 60).padStart(2, '0')}`;
};

/** Narrow enough for a file's name, which has the job's ID in it, in 80 columns. */
export const segmentTable = (segments: CheckedSegment[], width?: number): string =>
	tableOrList(
		{
			head: ['#', 'Start – end', 'Length', 'Size', 'File'],
			colAligns: ['right', 'left', 'right', 'right', 'left'],
			rows: segments.map(({ index, start, end, read, fileName }) => [
				String(index),
				`${clock(start)} – ${clock(end)}`,
				`${read.duration.toFixed(2)} s`,
				`${(read.size / 1024).toFixed(0)} KB`,
				fileName,
			]),
		},
		width,
	);
