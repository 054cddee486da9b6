import { Listr } from 'listr2';

/** Shows a short text beside the step that runs. */
export type Tell = (message: string) => void;

/** A step of a command: what it is called, and what it does. */
export interface Step {
	title: string;
	/** What it returns is shown beside the title once it is done. */
	run: (tell: Tell) => Promise<string | void>;
}

const onTerminal = process.stdout.isTTY === true;
// On a terminal every second, in place; in a log a line every ten seconds is plenty.
const TICK = onTerminal ? 1000 : 10_000;

const secondsSince = (start: number): string => `${Math.round((Date.now() - start) / 1000)} s`;

/**
 * Runs steps one after the other and shows how far they are.
 *
 * @throws what the first step that fails throws
 */
export const runSteps = async (steps: Step[]): Promise<void> => {
	let failure: unknown;
	const list = new Listr(
		steps.map(({ title, run }) => ({
			title,
			task: async (_context: unknown, task: { title: string; output: string }) => {
				const started = Date.now();
				let message = 'working';
				const show = () => {
					task.output = `${secondsSince(started)}: ${message}`;
				};
				const ticking = setInterval(show, TICK);
				try {
					const result = await run((text) => {
						message = text;
						if (onTerminal) show();
					});
					task.title = `${title}${result ? `: ${result}` : ''} (${secondsSince(started)})`;
				} catch (error) {
					failure = error;
					// The list shows that it failed; the caller says why, once.
					throw new Error('see below', { cause: error });
				} finally {
					clearInterval(ticking);
				}
			},
		})),
		{
			// Ctrl-C is answered by ending what was started, not by leaving at once.
			registerSignalListeners: false,
			rendererOptions: { showErrorMessage: false },
		},
	);
	try {
		await list.run();
	} catch (error) {
		throw failure ?? error;
	}
};
