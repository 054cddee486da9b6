import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { kills } from '../rounds/trigger/kills';
import { outage, recordOutage } from '../rounds/trigger/outage';
import { sharedN8n, startOwnN8n } from './support/n8n';
import { seedOf } from '../support/seed';

let n8n: N8n;
let sandbox: Sandbox;

const place = async () => ({
	...{ client: n8n.client, url: n8n.url, sandbox },
	credential: await sandboxCredential(n8n.client, sandbox),
});

beforeAll(async () => {
	// A documented minute lasts half a second; the fifth attempt comes after 78 s, which outlasts a restart.
	sandbox = await startSandbox({ timeScale: 120, webhookConcurrency: 16 });
	n8n = await startOwnN8n();
}, 400_000);

afterAll(async () => {
	await n8n?.stop();
	await sandbox.close();
});

describe('a database that fails when a delivery comes', () => {
	const { node } = sharedN8n().install;

	it.each(['locked', 'full', 'data full'] as const)(
		'costs no event: none is acknowledged, and its redelivery is emitted (%s)',
		async (how) => {
			const figures = await outage(n8n, node, await place(), how, 6);
			console.log(`Database ${how}:`, figures);
			expect(figures).toMatchObject({
				...{ acknowledgedDuringOutage: 0, delivered: 6, emitted: 6, repeated: 0 },
			});
		},
		300_000,
	);

	it('emits nothing that it could not record, and emits it when it comes again', async () => {
		const figures = await recordOutage(n8n, node, await place(), 4);
		console.log('Executions stored, records not:', figures);
		expect(figures).toMatchObject({ emittedDuringOutage: 0, emitted: 4, repeated: 0 });
	}, 300_000);
});

describe('an n8n that is killed while events arrive', () => {
	it('loses none of them, and emits at most one for each kill twice', async () => {
		const seed = seedOf('moments of the kills');
		const figures = await kills(n8n, await place(), { events: 40, kills: 2, seed });
		console.log('Killed twice while 40 events arrived:', figures);
		// What n8n answers while it starts never reaches the trigger.
		const { delivered, stored, lost, acknowledgedWhileStarting } = figures;
		expect(delivered).toBe(40);
		expect(stored).toBeGreaterThanOrEqual(40 - acknowledgedWhileStarting);
		expect(lost).toBeLessThanOrEqual(acknowledgedWhileStarting);
		expect(figures.repeated).toBeLessThanOrEqual(2);
	}, 1_200_000);
});
