import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import { actionWorkflow } from '../../support/action';
import { RECORDING } from '../../support/sandbox';
import { until } from '../../support/until';
import type { EngineStage } from './stage';

/** What tests of waits by polling do on a stage. */
export const waitsOn = (stage: EngineStage) => {
	const create = (waitOptions: INodeParameters = {}): INodeParameters => ({
		resource: 'splitJob',
		operation: 'create',
		sourceUrl: stage.sandbox.fileUrl(RECORDING),
		segmentDuration: 5,
		waitOptions: { pollInterval: 1, ...waitOptions },
	});
	const requests = (method: string) =>
		stage.sandbox
			.requests()
			.filter((request) => request.origin === 'api' && request.method === method);

	/** Starts the node, and waits until it has asked for a job. Its key is one of its own, which faults may use up. */
	const startWaiting = async (parameters: INodeParameters, items: object[] = [{}]) => {
		const apiKey = `as_test_sk_${Math.random()}`;
		stage.sandbox.addKey({ key: apiKey });
		const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
		const draft = actionWorkflow({ ...stage, credential }, parameters, { items });
		const running = stage.runner.start(stage.runner.save(draft));
		await until(() => requests('GET').length > 0);
		return running;
	};
	return { create, requests, startWaiting };
};
