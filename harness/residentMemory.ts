import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const childrenOf = (pid: number): number[] =>
	readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const fromProc = (pid: number): number => {
	const kilobytes = Number(
		/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
	);
	return childrenOf(pid).reduce((sum, child) => sum + fromProc(child), kilobytes);
};

const fromPs = (pid: number): number =>
	Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim());

/** What a process and its children hold in memory, in MB of 1,048,576 bytes (where there is no /proc, the process alone). */
export const residentMemory = (pid: number): number =>
	(process.platform === 'linux' ? fromProc(pid) : fromPs(pid)) / 1024;
