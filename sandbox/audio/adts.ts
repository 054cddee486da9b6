/**
 * ADTS has no length field: a reader estimates the duration from size and bit rate, which is right only
 * when all frames have the same length. ffmpeg's encoder varies them, so frames are filled up here.
 */

const HEADER_BYTES = 7;
const ID_FIL = 0b110;
const ID_END = 0b111;
const FILL_BYTE = 0xa5;
/** Bits of the shortest fill element: 3 of ID and 4 of count. */
const SHORTEST_FILL = 7;
/** The longest payload of one fill element, in bytes: 15 + 255 - 1. */
const LONGEST_PAYLOAD = 269;

/** Lengths in bytes of the ADTS frames (without CRC) of a stream. Throws where a frame does not begin. */
export function adtsFrameLengths(stream: Buffer): number[] {
	const lengths: number[] = [];
	let at = 0;
	while (at + HEADER_BYTES <= stream.length) {
		if (stream.readUInt16BE(at) >>> 4 !== 0xfff) throw new Error(`No ADTS frame at ${at}`);
		const length = (stream.readUIntBE(at + 3, 3) >>> 5) & 0x1fff;
		lengths.push(length);
		at += length;
	}
	return lengths;
}

/** Fills every frame of an ADTS stream up to the longest one's length, by ISO 14496-3 fill elements. */
export function constantFrameLength(stream: Buffer): Buffer {
	const lengths = adtsFrameLengths(stream);
	// One byte more than the longest, so that every frame has room for at least the shortest fill element.
	const target = lengths.reduce((longest, length) => Math.max(longest, length), 0) + 1;
	const output = Buffer.alloc(target * lengths.length);
	let at = 0;
	lengths.forEach((length, index) => {
		fillFrame(
			stream.subarray(at, at + length),
			output.subarray(index * target, (index + 1) * target),
		);
		at += length;
	});
	return output;
}

function fillFrame(frame: Buffer, output: Buffer): void {
	frame.copy(output);
	const header = output.readUIntBE(3, 3);
	output.writeUIntBE((header & ~(0x1fff << 5)) | (output.length << 5), 3, 3);
	// A raw data block ends with ID_END (three ones) and zeros up to the byte's end, so that its end is
	// the frame's last set bit.
	let last = frame.length - 1;
	while (frame[last] === 0) last -= 1;
	const trailingZeros = 31 - Math.clz32((frame[last] ?? 1) & -(frame[last] ?? 1));
	let bit = (last + 1) * 8 - trailingZeros - 3;
	const write = (value: number, count: number): void => {
		for (let index = count - 1; index >= 0; index -= 1) {
			const mask = 0x80 >>> (bit & 7);
			const byte = output[bit >>> 3] ?? 0;
			output[bit >>> 3] = (value >>> index) & 1 ? byte | mask : byte & ~mask;
			bit += 1;
		}
	};
	let free = output.length * 8 - bit - 3;
	while (free >= SHORTEST_FILL) {
		const whole = Math.floor((free - SHORTEST_FILL) / 8);
		// A payload of 15 bytes and more needs an escape byte for its count.
		const payload = whole < 15 ? whole : Math.min(whole - 1, LONGEST_PAYLOAD);
		write(ID_FIL, 3);
		write(Math.min(payload, 15), 4);
		if (payload >= 15) write(payload - 14, 8);
		// The first byte is the extension's type (0, plain filling) and a nibble of zeros.
		for (let index = 0; index < payload; index += 1) write(index === 0 ? 0 : FILL_BYTE, 8);
		free = output.length * 8 - bit - 3;
	}
	write(ID_END, 3);
}
