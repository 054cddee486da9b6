import { cpus, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../harness/folders';

/** The machine and the versions that a measurement holds for. */
export const machine = (n8nVersion: string): string => {
	const processors = cpus();
	const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
		version: string;
	};
	return [
		`${processors.length} cores (${processors[0]?.model.trim() || 'unknown processor'})`,
		`${Math.round(totalmem() / 1024 ** 3)} GB`,
		`${type()} ${process.arch}`,
		`Node ${process.versions.node} (n8n runs on its own)`,
		`n8n ${n8nVersion} with SQLite`,
		`n8n-nodes-audiospliter ${version}`,
	].join(', ');
};
