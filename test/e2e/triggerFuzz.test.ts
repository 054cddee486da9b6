import { fuzz } from '../rounds/trigger/fuzz';
import { seedOf } from '../support/seed';
import { useSandbox } from './support/stage';

const stage = useSandbox();

describe('whatever a sender can send', () => {
	it('is answered as the contract says, and starts no execution that should not exist', async () => {
		const result = await fuzz(stage, { requests: 300, seed: seedOf('fuzz') });
		console.log('300 requests of every kind of wrongness:', result);
		expect(result).toMatchObject({
			forgeriesAccepted: 0,
			answersOf5xx: 0,
			neverAnswered: 0,
			examples: [],
			unforeseenErrors: 0,
			executions: result.executionsExpected,
			replaysEmitted: 0,
			aliveAfterwards: true,
		});
		// Both must have been among them, or nothing was shown.
		expect(result.executionsExpected).toBeGreaterThan(0);
		expect(result.expected['401']).toBeGreaterThan(0);
	}, 300_000);
});
