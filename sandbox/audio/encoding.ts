import type { OutputFormat } from '../world/types';
import type { Probe } from './ffmpeg';

const MPEG1_KBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/** MP3 at this rate and below is MPEG-2: frames of 576 samples, 160 kbit/s at most. */
const MPEG2_HIGHEST_RATE = 24000;
const MPEG2_MOST_KBITS = 160;
const LOSSY_CODECS = ['mp3', 'aac', 'vorbis', 'opus'];

/** How a source is to be encoded. */
export interface Encoding {
	format: OutputFormat;
	/** Bits per second that the output will have, or begins to be estimated with. */
	bitRate: number;
	/** ffmpeg's output options. */
	args: string[];
}

type LosslessFormat = 'wav' | 'flac';
type LossyFormat = Exclude<OutputFormat, LosslessFormat>;

/** Picks codec, bit rate and sample rate: a lossy source keeps its bit rate, a lossless one gets 64 kbit/s a channel. */
export function chooseEncoding(format: OutputFormat, source: Probe): Encoding {
	const channels = Math.min(source.channels, 2);
	const common = ['-ac', String(channels), '-map_metadata', '-1', '-fflags', '+bitexact'];
	const { args, bitRate } =
		format === 'wav' || format === 'flac'
			? losslessEncoding(format, source.sampleRate * channels)
			: lossyEncoding(format, lossySampleRate(source.sampleRate), lossyKbits(source, channels));
	return { format, bitRate, args: [...common, ...args] };
}

type Choice = Omit<Encoding, 'format'>;

function losslessEncoding(format: LosslessFormat, samplesPerSecond: number): Choice {
	switch (format) {
		case 'wav':
			return { bitRate: samplesPerSecond * 16, args: ['-c:a', 'pcm_s16le', '-f', 'wav'] };
		case 'flac':
			return {
				bitRate: samplesPerSecond * 8,
				args: ['-c:a', 'flac', '-sample_fmt', 's16', '-f', 'flac'],
			};
	}
}

function lossyEncoding(format: LossyFormat, sampleRate: number, kbits: number): Choice {
	const rate = ['-ar', String(sampleRate)];
	switch (format) {
		case 'mp3': {
			const mp3Kbits = sampleRate <= MPEG2_HIGHEST_RATE ? Math.min(kbits, MPEG2_MOST_KBITS) : kbits;
			const codec = ['-c:a', 'libmp3lame', '-b:a', `${mp3Kbits}k`];
			// Without bit reservoir a file can begin at any frame; level 7 takes half of the time.
			const speed = ['-reservoir', '0', '-compression_level', '7'];
			return { bitRate: mp3Kbits * 1000, args: [...rate, ...codec, ...speed] };
		}
		case 'aac':
			// Filling the frames up adds about a quarter.
			return { bitRate: kbits * 1250, args: [...rate, '-c:a', 'aac', '-b:a', `${kbits}k`] };
		case 'ogg': {
			const quality = kbits > 128 ? '5' : '2';
			const args = [...rate, '-c:a', 'libvorbis', '-q:a', quality, '-f', 'ogg'];
			return { bitRate: kbits * 1000, args };
		}
	}
}

function lossyKbits({ codec, bitRate }: Probe, channels: number): number {
	const wanted = LOSSY_CODECS.includes(codec) && bitRate > 0 ? bitRate / 1000 : 64 * channels;
	// Lowest of the standard rates that is not below the source's: LAME would round it anyhow.
	return MPEG1_KBITS.find((rate) => rate >= wanted - 1) ?? 320;
}

/**
 * The sample rate nearest to a source's at which a lossy encoder's delay, padding and frame together stay
 * under a tenth of a second (once a whole frame of delay is left out).
 */
function lossySampleRate(rate: number): number {
	if (rate >= 44100) return Math.min(rate, 48000);
	return rate > MPEG2_HIGHEST_RATE ? 44100 : Math.max(rate, 22050);
}
