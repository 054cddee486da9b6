import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from './database';
import { isFrom } from './n8nVersions';

/** Milliseconds without any change after which what has not ended never will. */
const STALL_LIMIT = 60_000;

interface Database {
	query<T extends Row>(sql: string, ...parameters: string[]): Promise<T[]>;
}

/**
 * Executions that an n8n which was killed just now may leave as they are for ever: what runs, since n8n gives up on those
 * of which it has logged the beginning, and that of no node (`ExecutionRecoveryService.amend`); and before 2.34 all that had
 * been stored and not begun, which it acknowledges to nobody (https://github.com/n8n-io/n8n/pull/35059).
 */
export const strandedByKill = async (
	{ query }: Database,
	workflowId: string,
	n8nVersion: string,
): Promise<string[]> => {
	const states = isFrom('2.34', n8nVersion) ? "'running'" : "'running', 'new'";
	const rows = await query<{ id: number }>(
		`select id from execution_entity where workflowId = ? and status in (${states})`,
		workflowId,
	);
	return rows.map(({ id }) => String(id));
};

/**
 * Waits until no execution of the workflow is queued or runs, but for the stranded ones.
 *
 * @throws an Error that names the executions where none of them has got any further for a minute
 */
export const untilIdle = async (
	{ query }: Database,
	workflowId: string,
	stranded: string[] = [],
): Promise<void> => {
	let before = '';
	let since = Date.now();
	for (;;) {
		const rows = await query(
			`select id, status, mode, createdAt, startedAt from execution_entity
			where workflowId = ? and status in ('new', 'running') order by id`,
			workflowId,
		);
		const unfinished = rows.filter(({ id }) => !stranded.includes(String(id)));
		if (unfinished.length === 0) return;
		const now = JSON.stringify(unfinished);
		if (now !== before) {
			before = now;
			since = Date.now();
		} else if (Date.now() - since > STALL_LIMIT) {
			throw new Error(`These executions do not end: ${now}`);
		}
		await sleep(250);
	}
};
