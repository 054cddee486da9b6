import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

const MOST_REMEMBERED = 10_000;

const isSigned = (body: Buffer, secret: string, header: unknown): boolean => {
	const expected = createHmac('sha256', secret).update(body).digest('hex');
	return (
		typeof header === 'string' &&
		header.length === expected.length &&
		timingSafeEqual(Buffer.from(header), Buffer.from(expected))
	);
};

/**
 * Checks the signature and remembers delivery IDs in the node's static data, where n8n's documentation tells nodes to
 * keep such things.
 */
export class StaticDataTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Static Data Trigger',
		name: 'staticDataTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Starts the workflow once for each delivery, as far as static data can tell',
		defaults: { name: 'Static Data Trigger' },
		inputs: [],
		outputs: ['main'],
		credentials: [{ name: 'audioSpliterApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' },
		],
		properties: [],
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { signingSecret } = await this.getCredentials<{ signingSecret: string }>(
			'audioSpliterApi',
		);
		const headers = this.getHeaderData();
		const { rawBody } = this.getRequestObject();
		if (!isSigned(rawBody, signingSecret, headers['x-audiospliter-signature'])) {
			this.getResponseObject().status(401).json({ error: 'The signature is wrong' });
			return { noWebhookResponse: true };
		}

		const memory = this.getWorkflowStaticData('node') as { seen?: string[] };
		const seen = memory.seen ?? [];
		const delivery = String(headers['x-audiospliter-delivery']);
		if (seen.includes(delivery)) return { webhookResponse: { duplicate: true } };
		memory.seen = [...seen, delivery].slice(-MOST_REMEMBERED);
		return { workflowData: [[{ json: this.getBodyData() }]] };
	}
}
