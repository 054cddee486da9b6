import type { IExecuteFunctions } from 'n8n-workflow';
import type { Answer, SentRequest } from '../api/support';
import { apiContext } from '../api/support';

/** An execution of the action node with these parameters, and a service that answers as told. */
export function actionContext(
	parameters: Record<string, unknown>,
	answer: (request: SentRequest) => Answer = () => ({}),
	{ items = [{}], goesOn = false }: { items?: object[]; goesOn?: boolean } = {},
): { ctx: IExecuteFunctions; sent: SentRequest[] } {
	return apiContext(answer, {
		getNodeParameter: (name: string, _itemIndex: number, fallback: unknown) =>
			name in parameters ? parameters[name] : fallback,
		getInputData: () => items.map((json) => ({ json })),
		continueOnFail: () => goesOn,
	});
}
