import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** What the project's global set-up leaves for the engine: the unpacked package, and a folder for all else. */
export const ENGINE_FOLDER = 'AUDIOSPLITER_ENGINE_FOLDER';

/** The folder that the global set-up has made. @throws where it did not run */
export const engineFolder = (): string => {
	const folder = process.env[ENGINE_FOLDER];
	if (!folder) throw new Error('There is no engine: run the jest project "engine".');
	return folder;
};

// n8n-core reads its settings when it is loaded, so this module comes before it.
process.env.N8N_USER_FOLDER = mkdtempSync(join(engineFolder(), 'user-'));
process.env.N8N_ENCRYPTION_KEY = 'a-local-key-for-n8n-nodes-audiospliter';
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_LOG_LEVEL = 'silent';
