/** The frames of an MP3 stream (layer III at a constant bit rate, no tags). */

const HEADER_BYTES = 4;
const MPEG1_KBITS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const MPEG2_KBITS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const MPEG1_RATES = [44100, 48000, 32000];
/** Read as a video start code, this is an invalid one. */
const NO_START_CODE = Buffer.from([0x00, 0x00, 0x01, 0x80]);

interface FrameHeader {
	mpeg1: boolean;
	mono: boolean;
	/** Bytes, header included. */
	length: number;
}

function readHeader(stream: Buffer, at: number): FrameHeader {
	const header = stream.readUInt32BE(at);
	if (header >>> 21 !== 0x7ff) throw new Error(`No MP3 frame at ${at}`);
	const mpeg1 = ((header >>> 19) & 3) === 3;
	const kbits = (mpeg1 ? MPEG1_KBITS : MPEG2_KBITS)[(header >>> 12) & 15] ?? 0;
	const rate = (MPEG1_RATES[(header >>> 10) & 3] ?? 0) / (mpeg1 ? 1 : 2);
	if (kbits === 0 || rate === 0) throw new Error(`No MP3 frame at ${at}`);
	const padding = (header >>> 9) & 1;
	return {
		mpeg1,
		mono: ((header >>> 6) & 3) === 3,
		length: Math.floor(((mpeg1 ? 144_000 : 72_000) * kbits) / rate) + padding,
	};
}

/** Lengths in bytes of a stream's frames. Throws where a frame does not begin. */
export function mp3FrameLengths(stream: Buffer): number[] {
	const lengths: number[] = [];
	for (let at = 0; at + HEADER_BYTES <= stream.length; at += lengths.at(-1) ?? 0) {
		lengths.push(readHeader(stream, at).length);
	}
	return lengths;
}

/**
 * A stream as a file: with an Info frame first, which tells readers the number of frames, and without the
 * frame of silence that LAME begins a stream of MPEG-2 with (at MPEG-1 its delay is less than a frame).
 */
export function mp3File(stream: Buffer, first: boolean): Buffer {
	const lengths = mp3FrameLengths(stream);
	const [length = 0] = lengths;
	if (length === 0) return stream;
	const { mpeg1, mono } = readHeader(stream, 0);
	const left = first && !mpeg1 && lengths.length > 1 ? 1 : 0;
	const padding = (stream.readUInt8(2) >>> 1) & 1;
	const info = Buffer.alloc(length - padding);
	stream.copy(info, 0, 0, HEADER_BYTES);
	info.writeUInt8(info.readUInt8(2) & ~2, 2);
	const sideBytes = mpeg1 ? (mono ? 17 : 32) : mono ? 9 : 17;
	const at = HEADER_BYTES + sideBytes;
	info.write('Info', at, 'latin1');
	info.writeUInt32BE(1, at + 4);
	info.writeUInt32BE(lengths.length - left, at + 8);
	// The rest of the frame is free. ffprobe takes the frames of pure tones for a raw H.266 stream now and
	// then, which it does not once it has met such a code.
	NO_START_CODE.copy(info, info.length - NO_START_CODE.length);
	return Buffer.concat([info, stream.subarray(left * length)]);
}
