import { open } from 'node:fs/promises';

const SAMPLE_RATE = 44_100;
const HEADER_BYTES = 44;
const CHUNK_BYTES = 1024 ** 2;

/** The 44 bytes with which a mono WAV file of 16-bit samples begins. */
function header(bytes: number): Buffer {
	const buffer = Buffer.alloc(HEADER_BYTES);
	buffer.write('RIFF', 0);
	buffer.writeUInt32LE(bytes - 8, 4);
	buffer.write('WAVEfmt ', 8);
	buffer.writeUInt32LE(16, 16);
	buffer.writeUInt16LE(1, 20);
	buffer.writeUInt16LE(1, 22);
	buffer.writeUInt32LE(SAMPLE_RATE, 24);
	buffer.writeUInt32LE(SAMPLE_RATE * 2, 28);
	buffer.writeUInt16LE(2, 32);
	buffer.writeUInt16LE(16, 34);
	buffer.write('data', 36);
	buffer.writeUInt32LE(bytes - HEADER_BYTES, 40);
	return buffer;
}

/** Writes a WAV file of exactly so many bytes (an even number): 88,200 of them are a second. */
export async function writeWave(path: string, bytes: number): Promise<void> {
	const chunk = Buffer.alloc(CHUNK_BYTES);
	for (let at = 0; at < chunk.length; at += 2) chunk.writeInt16LE((at * 37) % 20_000, at);
	const file = await open(path, 'w');
	try {
		await file.write(header(bytes));
		for (let left = bytes - HEADER_BYTES; left > 0; left -= chunk.length) {
			await file.write(chunk.subarray(0, Math.min(left, chunk.length)));
		}
	} finally {
		await file.close();
	}
}
