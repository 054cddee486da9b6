import { Command, type Help, InvalidArgumentError, Option } from 'commander';
import { toNumber, toPort, toText } from '../../harness/options';
import { errorLayout, helpLayout, terminalWidth, wrapped } from '../../harness/terminal';
import { messageOf } from '../world/errors';
import { FAULT_NAMES, FAULTS, type FaultName } from '../world/faults';
import { PLAN_NAMES, type PlanName } from '../world/plans';
import { explainSwitch, readSwitch, SWITCH_NAMES, type Switches } from '../world/switches';

const DEFAULT_PORT = 4010;
/** Long enough to watch a job's progress. */
const MINIMUM_JOB_SECONDS = 4;

/** What the command line asks for. */
export interface CliOptions {
	port: number;
	plan: PlanName;
	timeScale: number;
	jobSeconds: number;
	apiKey?: string;
	signingSecret?: string;
	fault: FaultName[];
	switch: Partial<Switches>;
}

const toFault = (name: string, before: FaultName[]): FaultName[] => {
	const fault = FAULT_NAMES.find((one) => one === name);
	if (fault !== undefined) return [...before, fault];
	throw new InvalidArgumentError(`The faults are ${FAULT_NAMES.join(', ')}.`);
};

const toSwitch = (text: string, before: Partial<Switches>): Partial<Switches> => {
	const [name = '', ...value] = text.split('=');
	if (value.length === 0) throw new InvalidArgumentError('It must be name=value.');
	try {
		return { ...before, ...readSwitch(name, value.join('=')) };
	} catch (error) {
		throw new InvalidArgumentError(`${messageOf(error)}.`);
	}
};

/** A list below the options, laid out as they are. */
const section = (help: Help, heading: string, entries: Array<[term: string, text: string]>) => {
	const termWidth = Math.max(...entries.map(([term]) => term.length));
	const items = entries.map(([term, text]) => help.formatItem(term, termWidth, text, help));
	return help.formatItemList(wrapped(heading), items, help).join('\n');
};

const explainFaultsAndSwitches = (command: Command): string => {
	const help = command.createHelp();
	help.prepareContext({ helpWidth: terminalWidth() });
	const faults = FAULT_NAMES.map((name): [string, string] => [name, FAULTS[name]]);
	const switches = SWITCH_NAMES.map((name): [string, string] => {
		const { decides, values } = explainSwitch(name);
		return [name, `${decides} (${values})`];
	});
	return [
		'',
		section(help, 'Faults (of every request or job that they are for):', faults),
		section(help, 'Switches (their values in brackets, the default first):', switches),
	].join('\n');
};

/** The command `npm run sandbox`, which refuses by name what cannot be. */
export const sandboxCommand = (): Command =>
	new Command('npm run sandbox --')
		.configureHelp(helpLayout)
		.configureOutput(errorLayout)
		.description(
			"Runs AudioSpliter's documented interface on this machine, with a recording to split.",
		)
		.option('--port <number>', 'port on 127.0.0.1, 0 for any free one', toPort(0), DEFAULT_PORT)
		.addOption(
			new Option('--plan <name>', 'limits of a plan')
				.choices(PLAN_NAMES)
				.default('pro' as PlanName),
		)
		.option(
			'--time-scale <factor>',
			'60 lets a documented minute pass in a second',
			toNumber('It must be a number above 0.', (factor) => factor > 0 && Number.isFinite(factor)),
			1,
		)
		.option(
			'--job-seconds <number>',
			'shortest time of a job',
			toNumber('It must be a number, 0 or more.', (time) => time >= 0 && Number.isFinite(time)),
			MINIMUM_JOB_SECONDS,
		)
		.option('--api-key <key>', 'random when left out', toText)
		.option('--signing-secret <secret>', 'random when left out', toText)
		.addOption(
			new Option('--fault <name>', 'a fault, see below; repeatable')
				.argParser(toFault)
				.default([], 'none'),
		)
		.addOption(
			new Option('--switch <name=value>', 'an undocumented behaviour, see below; repeatable')
				.argParser(toSwitch)
				.default({}, 'the likeliest'),
		)
		.addHelpText('after', ({ command }) => explainFaultsAndSwitches(command));
