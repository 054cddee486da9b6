import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from '../../harness/fileLock';
import { newTemporaryFolder } from '../../harness/folders';

/** The id of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('withFileLock', () => {
	const folder = newTemporaryFolder('lock');
	const path = join(folder, 'lock');

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('lets one in at a time', async () => {
		let inside = 0;
		let most = 0;
		const work = async () => {
			inside++;
			most = Math.max(most, inside);
			await sleep(5);
			inside--;
		};
		await Promise.all([1, 2, 3].map(async () => await withFileLock(path, work)));
		expect(most).toBe(1);
	});

	it('says once which process it waits for', async () => {
		const waitedFor: number[] = [];
		let release: () => void = () => undefined;
		const first = withFileLock(
			path,
			async () => await new Promise<void>((resolve) => (release = resolve)),
		);
		const second = withFileLock(
			path,
			async () => 'second',
			(pid) => {
				waitedFor.push(pid);
				release();
			},
		);
		await first;
		expect(await second).toBe('second');
		expect(waitedFor).toEqual([process.pid]);
	});

	it('takes over from a process that died', async () => {
		writeFileSync(path, String(deadPid()));
		expect(await withFileLock(path, async () => 'mine')).toBe('mine');
	});

	it('takes over where the id of the dead process belongs to another one by now', async () => {
		writeFileSync(path, String(process.pid));
		const longAgo = new Date(Date.now() - 3_600_000);
		utimesSync(path, longAgo, longAgo);
		expect(await withFileLock(path, async () => 'mine')).toBe('mine');
	});

	it('takes over a lock file that a crash left empty', async () => {
		writeFileSync(path, '');
		expect(await withFileLock(path, async () => 'mine')).toBe('mine');
	});

	it('lets go when the work fails', async () => {
		const failing = withFileLock(path, async () => {
			throw new Error('no luck');
		});
		await expect(failing).rejects.toThrow('no luck');
		expect(existsSync(path)).toBe(false);
	});
});
