import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Ffmpeg from '../../../sandbox/audio/ffmpeg';
import { temporaryFolder } from '../support';

describe('ffmpeg', () => {
	const before = process.env.PATH;
	let folder: ReturnType<typeof temporaryFolder>;
	beforeEach(() => {
		folder = temporaryFolder();
	});
	afterEach(async () => {
		process.env.PATH = before;
		await folder.remove();
	});

	/** Where it is found with this path; what was found before is forgotten. */
	const findOn = (path: string): string => {
		process.env.PATH = path;
		let found = '';
		jest.isolateModules(() => {
			const { ffmpegPath } = jest.requireActual<typeof Ffmpeg>('../../../sandbox/audio/ffmpeg');
			found = ffmpegPath();
		});
		return found;
	};

	const program = (mode: number): string => {
		mkdirSync(folder.path, { recursive: true });
		const path = join(folder.path, 'ffmpeg');
		writeFileSync(path, '');
		chmodSync(path, mode);
		return path;
	};

	it("is the system's where there is one", () => {
		const path = program(0o755);
		expect(findOn(`/nowhere:${folder.path}`)).toBe(path);
	});

	it('is the one from npm where there is none, or one that cannot be run', () => {
		program(0o644);
		expect(findOn(`/nowhere:${folder.path}`)).toMatch(/@ffmpeg-installer/);
		expect(findOn('')).toMatch(/@ffmpeg-installer/);
	});
});
