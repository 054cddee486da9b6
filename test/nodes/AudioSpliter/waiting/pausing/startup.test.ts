import { createStart } from '../../../../../nodes/AudioSpliter/waiting/pausing/startup';

describe('createStart', () => {
	it('is over half a minute after the package was loaded, whatever the clock began with', () => {
		let now = 5_000;
		const start = createStart(() => now);
		expect(start.isOver()).toBe(false);
		now += 29_999;
		expect(start.isOver()).toBe(false);
		now += 1;
		expect(start.isOver()).toBe(true);
	});
});
