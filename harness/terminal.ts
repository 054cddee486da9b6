import Table from 'cli-table3';
import type { OutputConfiguration } from 'commander';
import { Help } from 'commander';

/** What a terminal has where it does not say. */
const USUAL_WIDTH = 80;

/** Columns of the terminal; of `COLUMNS` where the output goes elsewhere. */
export const terminalWidth = (): number =>
	process.stdout.columns || Number(process.env.COLUMNS) || USUAL_WIDTH;

/** Breaks lines between words, as the commands' help does. */
export const wrapped = (text: string, width = terminalWidth()): string =>
	// Help leaves lines as they are where they would be narrower than 40 columns.
	Object.assign(new Help(), { minWidthToWrap: 1 }).boxWrap(text, width);

/** Columns that a description needs beside its option. */
const BESIDE = 30;

/** An option with its description: beside it, in lines of one indent, or below it where the terminal is too narrow. */
export const helpItem = (
	term: string,
	termWidth: number,
	description: string,
	width = terminalWidth(),
): string => {
	const indent = termWidth + 4;
	const isBeside = width - indent >= BESIDE;
	const lines = wrapped(description, width - (isBeside ? indent : 6)).split('\n');
	if (!isBeside) return [`  ${term}`, ...lines.map((line) => `      ${line}`)].join('\n');
	return `  ${term.padEnd(termWidth)}  ${lines.join(`\n${' '.repeat(indent)}`)}`;
};

/** How the commands lay out their help. */
export const helpLayout: Partial<Help> = {
	formatItem: (term, termWidth, description) => helpItem(term, termWidth, description),
};

/** How the commands say what is wrong with their options: in lines that the terminal does not break inside a word. */
export const errorLayout: OutputConfiguration = {
	outputError: (text, write) => write(`${wrapped(text.trimEnd())}\n`),
};

export interface TableContent {
	head: string[];
	rows: string[][];
	/** By column; left when left out. */
	colAligns?: Array<'left' | 'right'>;
}

const widest = (text: string): number =>
	Math.max(...text.split('\n').map((line) => [...line].length));

/** Values with their names: beside them where that fits, below them where it does not. */
export const labelled = (
	entries: Array<readonly [name: string, value: string]>,
	width = terminalWidth(),
): string => {
	const longest = Math.max(...entries.map(([name]) => name.length));
	const beside = entries.map(([name, value]) => `${name.padEnd(longest)}  ${value}`).join('\n');
	if (widest(beside) <= width) return beside;
	return entries.map(([name, value]) => `${name}\n  ${value}`).join('\n');
};

/** A table; where the terminal is too narrow for it, a list with a block for each row. */
export const tableOrList = (
	{ head, rows, colAligns = [] }: TableContent,
	width = terminalWidth(),
): string => {
	const table = new Table({ head, colAligns, style: { head: [], border: [] } });
	table.push(...rows);
	const drawn = table.toString();
	if (widest(drawn) <= width) return drawn;
	const blocks = rows.map((row) =>
		labelled(
			row.map((value, column) => [head[column] ?? '', value] as const),
			width,
		),
	);
	return blocks.join('\n\n');
};
