import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import { connectToN8n } from './support/n8n';

const PACKAGE = 'n8n-nodes-audiospliter';

/** As /types/nodes.json and /types/credentials.json have them: icons resolved to addresses. */
type Served<T> = T & { iconUrl?: string | { light: string; dark: string } };

describe('the packed package in n8n', () => {
	let n8n: N8nClient;
	let nodes: Array<Served<INodeTypeDescription>>;
	let credentials: Array<Served<ICredentialType>>;

	beforeAll(async () => {
		n8n = await connectToN8n();
		nodes = await n8n.nodeTypes();
		credentials = await n8n.credentialTypes();
	});

	const served = (name: string) => {
		const found = nodes.find((node) => node.name === `${PACKAGE}.${name}`);
		if (!found) throw new Error(`n8n serves no node type ${PACKAGE}.${name}`);
		return found;
	};

	const expectIcons = async (type: Served<object>) => {
		const { iconUrl } = type;
		if (typeof iconUrl !== 'object') throw new Error(`No light and dark icon: ${String(iconUrl)}`);
		const icons = await Promise.all(
			[iconUrl.light, iconUrl.dark].map(async (path) => await n8n.http.get<string>(`/${path}`)),
		);
		for (const { status, headers, data } of icons) {
			expect(status).toBe(200);
			expect(headers['content-type']).toContain('image/svg+xml');
			expect(data).toContain('<svg');
		}
		expect(icons[0]?.data).not.toBe(icons[1]?.data);
	};

	it('brings exactly three node types', () => {
		const own = nodes.filter((node) => node.name.startsWith(`${PACKAGE}.`));
		expect(own.map(({ name }) => name).sort()).toEqual(
			// n8n adds a tool to every node that says it is usable as one.
			['audioSpliter', 'audioSpliterPollingTrigger', 'audioSpliterTool', 'audioSpliterTrigger'].map(
				(name) => `${PACKAGE}.${name}`,
			),
		);
	});

	it.each([
		['audioSpliter', 'AudioSpliter'],
		['audioSpliterTrigger', 'AudioSpliter Trigger'],
		['audioSpliterPollingTrigger', 'AudioSpliter Polling Trigger'],
	])('serves %s in version 1 with its credential', (name, displayName) => {
		const node = served(name);
		expect(node.displayName).toBe(displayName);
		expect(node.version).toBe(1);
		expect(node.credentials?.map((credential) => credential.name)).toEqual(['audioSpliterApi']);
	});

	it.each(['audioSpliter', 'audioSpliterTrigger', 'audioSpliterPollingTrigger'])(
		'serves a light and a dark icon for %s',
		async (name) => {
			await expectIcons(served(name));
		},
	);

	it.each(['audioSpliter', 'audioSpliterTrigger', 'audioSpliterPollingTrigger'])(
		'finds %s by other words for what it does',
		(name) => {
			expect(served(name).codex?.alias?.length).toBeGreaterThan(0);
			expect(served(name).codex?.categories?.length).toBeGreaterThan(0);
		},
	);

	it('brings the credential type with its fields, icons and defaults', async () => {
		const found = credentials.find(({ name }) => name === 'audioSpliterApi');
		if (!found) throw new Error('n8n serves no credential type audioSpliterApi');
		const fields = Object.fromEntries(found.properties.map((field) => [field.name, field]));
		expect(fields.apiKey?.typeOptions?.password).toBe(true);
		expect(fields.signingSecret?.typeOptions?.password).toBe(true);
		expect(fields.signingSecret?.displayName).toBe('Webhook Signing Secret');
		expect(fields.baseUrl?.default).toBe('https://api.audiospliter.com/api/v1');
		await expectIcons(found);
	});

	it('registers the trigger on the path "webhook"', () => {
		expect(served('audioSpliterTrigger').webhooks).toEqual([
			expect.objectContaining({ httpMethod: 'POST', path: 'webhook' }),
		]);
	});
});
