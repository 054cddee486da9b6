import type { INodeParameters } from 'n8n-workflow';
import { itemsOf } from '../../../harness/client';
import type { ClusterProcess } from '../../../harness/cluster/n8nProcess';
import {
	audioSpliter,
	downloadNode,
	itemsNode,
	manualTrigger,
	setNode,
	workflow,
} from '../../../harness/workflows';
import type { ClusterStage } from '../../rounds/cluster/rounds';
import { RECORDING } from '../../support/sandbox';
import { until } from '../../support/until';
import { callsOf } from './paused';

/** Bounds for what hangs: beside other work a cluster on two cores is slow. */
export const PATIENT = { timeout: 240_000 };

/** Starts a workflow that creates jobs and waits for them, with a node after it. @returns the execution's ID */
export const startJobs = async (
	{ cluster, sandbox, credential }: ClusterStage,
	count: number,
	parameters: INodeParameters = {},
): Promise<string> => {
	const { id } = await cluster.client.createWorkflow(
		workflow('Jobs', [
			manualTrigger(),
			itemsNode(Array.from({ length: count }, (_unused, number) => ({ number }))),
			audioSpliter(
				{
					resource: 'splitJob',
					operation: 'create',
					sourceUrl: sandbox.fileUrl(RECORDING),
					segmentDuration: 5,
					waitOptions: { pollInterval: 1, maxPollInterval: 2 },
					...parameters,
				},
				credential,
			),
			setNode({ after: true }, { name: 'After' }),
		]),
	);
	return await cluster.client.startManually(id);
};

/** The jobs that the sandbox has beyond the first so many. */
export const jobsSince = ({ sandbox }: ClusterStage, known: number): string[] =>
	sandbox
		.jobs()
		.slice(known)
		.map(({ id }) => id);

/** How often the jobs beyond the first so many were asked for. */
export const getsSince = (stage: ClusterStage, known: number): number =>
	callsOf(stage.sandbox, jobsSince(stage, known)).gets.reduce((sum, gets) => sum + gets, 0);

/** The worker that has started an execution; waits until one has. */
export const workerOf = async (
	{ cluster }: ClusterStage,
	executionId: string,
): Promise<ClusterProcess> => {
	await until(() => cluster.workerOf(executionId) !== undefined, { within: PATIENT.timeout });
	return cluster.workerOf(executionId) as ClusterProcess;
};

/**
 * Splits a file that a workflow brings, and downloads the segments: in a worker, while the main process hands the file
 * to the service, and the segments to the editor.
 *
 * @returns how the execution ended, the size of each segment as told and as handed out, and where n8n keeps the files
 */
export const passFiles = async ({ cluster, sandbox, credential }: ClusterStage) => {
	const { id } = await cluster.client.createWorkflow(
		workflow('Files', [
			manualTrigger(),
			downloadNode(sandbox.fileUrl(RECORDING)),
			audioSpliter(
				{
					...{ resource: 'splitJob', operation: 'create', source: 'binary' },
					...{ segmentDuration: 5, output: 'segments', download: true },
				},
				credential,
			),
		]),
	);
	const execution = await cluster.client.runManually(id, PATIENT);
	const files = [];
	for (const { json, binary } of itemsOf(execution, 'AudioSpliter')) {
		const file = String(binary?.data?.id);
		const { length } = await cluster.client.binary(file);
		files.push({ told: Number(json.size), handedOut: length, keptIn: file.split(':')[0] });
	}
	return { status: execution.status, files };
};
