import { createThrottle } from '../../../../nodes/AudioSpliter/n8n/log';

it('each text passes once a minute, by itself', () => {
	let time = 0;
	const mayPass = createThrottle(() => time);
	expect([mayPass('a'), mayPass('b'), mayPass('a')]).toEqual([true, true, false]);
	time = 59_999;
	expect(mayPass('a')).toBe(false);
	time = 60_000;
	expect([mayPass('a'), mayPass('a')]).toEqual([true, false]);
});

it('a clock that is set back silences nothing for longer', () => {
	let time = 1_000_000;
	const mayPass = createThrottle(() => time);
	mayPass('a');
	time = 0;
	expect([mayPass('a'), mayPass('a')]).toEqual([true, false]);
});

it('any number of texts takes bounded memory: the oldest are forgotten', () => {
	const mayPass = createThrottle(() => 0);
	for (let number = 0; number <= 1_000; number++) expect(mayPass(`text ${number}`)).toBe(true);
	expect(mayPass('text 1000')).toBe(false);
	expect(mayPass('text 0')).toBe(true);
});
