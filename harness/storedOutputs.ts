import { parse } from 'flatted';
import type { INodeExecutionData, IRunExecutionData } from 'n8n-workflow';
import type { N8nClient } from './client';

/**
 * What a node put out in every execution of a workflow, oldest first; nothing, where it did not run. From the database,
 * since the REST API hands out one execution at a time.
 */
export async function storedOutputs(
	client: Pick<N8nClient, 'query'>,
	workflowId: string,
	node: string,
): Promise<INodeExecutionData[][]> {
	const stored = await client.query<{ data: string }>(
		`select data from execution_data join execution_entity on id = executionId
		where workflowId = ? order by id`,
		workflowId,
	);
	return stored.map(({ data }) => {
		const { runData } = (parse(data) as IRunExecutionData).resultData;
		return runData[node]?.at(-1)?.data?.main?.[0] ?? [];
	});
}
