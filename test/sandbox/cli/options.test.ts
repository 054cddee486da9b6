import { sandboxCommand } from '../../../sandbox/cli/options';

it.each([
	[['--port', '70000'], "'70000' is invalid. A port is a whole number from 0 to 65535."],
	[['--port', 'http'], "'http' is invalid. A port is a whole number"],
	[['--plan', 'gold'], "'gold' is invalid. Allowed choices are free, starter, pro, unlimited."],
	[['--time-scale', '0'], "'0' is invalid. It must be a number above 0."],
	[['--job-seconds', '-1'], "'-1' is invalid. It must be a number, 0 or more."],
	[['--api-key', ''], "'' is invalid. It must not be empty."],
	[['--signing-secret', ''], "'' is invalid. It must not be empty."],
	[['--fault', 'earthquake'], "'earthquake' is invalid. The faults are rate-limit, "],
	[['--switch', 'listShape'], "'listShape' is invalid. It must be name=value."],
	[['--switch', 'listShapes=array'], 'No switch "listShapes"; there are overConcurrency, '],
	[
		['--switch', 'listShape=bare'],
		'The switch "listShape" cannot be "bare"; it can be paginated, array.',
	],
	[
		['--switch', 'expiredStatus=200'],
		'The switch "expiredStatus" cannot be "200"; it can be 403, or another from 400 to 599.',
	],
])('refuses %j by name', (args, sentence) => {
	const command = sandboxCommand()
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
	const parse = () => command.parse(args, { from: 'user' });
	expect(parse).toThrow(`error: option '${args[0]} <`);
	expect(parse).toThrow(sentence);
});

describe.each([40, 80])('in a terminal of %i columns', (width) => {
	const { COLUMNS } = process.env;
	beforeEach(() => (process.env.COLUMNS = String(width)));
	afterEach(() => {
		if (COLUMNS === undefined) delete process.env.COLUMNS;
		else process.env.COLUMNS = COLUMNS;
	});

	/** What the command writes, and its longest line. */
	const written = (args: string[]) => {
		let text = '';
		const write = (more: string) => (text += more);
		const command = sandboxCommand()
			.exitOverride()
			.configureOutput({ writeOut: write, writeErr: write, getOutHelpWidth: () => width });
		expect(() => command.parse(args, { from: 'user' })).toThrow();
		return { text, widest: Math.max(...text.split('\n').map((line) => line.length)) };
	};

	it('the help fits', () => {
		const help = written(['--help']);
		expect(help.text).toContain('\n  download-truncated');
		expect(help.widest).toBeLessThanOrEqual(width);
	});

	it('so does what is wrong with an option', () => {
		const error = written(['--fault', 'earthquake']);
		expect(error.text.replace(/\n/g, ' ')).toContain(
			"'earthquake' is invalid. The faults are rate",
		);
		expect(error.widest).toBeLessThanOrEqual(width);
	});
});
