import { until } from './until';

it('waits until it holds', async () => {
	let looks = 0;
	await until(() => (looks += 1) === 3, { every: 1 });
	expect(looks).toBe(3);
});

it('says what did not come to hold', async () => {
	const never = async () => await until(async () => 'the sky' === String('green'), { within: 5 });
	await expect(never()).rejects.toThrow(/Not so within 0.005 s: .*the sky/);
});
