import type { Stage } from './stage';

/** How many executions on this n8n hold a text anywhere in what was stored of them: items, errors, parameters. */
export const executionsWith = async (
	{ client }: Pick<Stage, 'client'>,
	text: string,
): Promise<number> => {
	const [row] = await client.query<{ found: number }>(
		'select count(*) found from execution_data where instr(data, ?) > 0 or instr(workflowData, ?) > 0',
		text,
		text,
	);
	return row?.found ?? -1;
};
