import { ffmpeg } from './ffmpeg';

const SAMPLE_RATE = 22050;
const FIRST_TONE_HZ = 300;
const TONE_STEP_HZ = 25;

/** Pitch in Hz of the tone that a minute (zero-based) of `makeRecording`'s audio holds. */
export function minuteTone(minute: number): number {
	return FIRST_TONE_HZ + TONE_STEP_HZ * minute;
}

export interface RecordingOptions {
	/** Length; fractions are allowed. */
	minutes: number;
	/** Any format that ffmpeg takes from the path's extension; this sets the bit rate of lossy ones. */
	kbitPerSecond?: number;
}

/**
 * Makes a mono recording whose pitch tells the minute, over a little noise: free of anyone's rights, small
 * (about 240 KB a minute as MP3) and made in seconds. Rejects when ffmpeg does.
 */
export async function makeRecording(path: string, options: RecordingOptions): Promise<void> {
	const { minutes, kbitPerSecond = 32 } = options;
	const seconds = minutes * 60;
	const tones = Array.from({ length: Math.ceil(minutes) }, (_unused, minute) => {
		const duration = Math.min(60, seconds - minute * 60);
		return `sine=f=${minuteTone(minute)}:r=${SAMPLE_RATE}:d=${duration}[t${minute}]`;
	});
	const labels = tones.map((_tone, minute) => `[t${minute}]`).join('');
	const graph = [
		...tones,
		// Loud and soft twice a second, so that it is heard as going on.
		`${labels}concat=n=${tones.length}:v=0:a=1,tremolo=f=2:d=0.6[tones]`,
		`anoisesrc=r=${SAMPLE_RATE}:a=0.02:c=pink:seed=7:d=${seconds}[noise]`,
		'[tones][noise]amix=inputs=2:duration=first[out]',
	].join(';');
	await ffmpeg([
		...['-filter_complex', graph, '-map', '[out]', '-ac', '1', '-ar', String(SAMPLE_RATE)],
		...['-b:a', `${kbitPerSecond}k`, '-compression_level', '7', path],
	]);
}
