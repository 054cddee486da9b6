import type { IExecuteFunctions } from 'n8n-workflow';
import { textOf, toNumber } from '../job/values';
import { refusal } from './errors';

type NodeContext = Pick<IExecuteFunctions, 'getNode'>;

/** A parameter that takes one of a few values. */
export interface OptionRule<T extends string> {
	/** The parameter's name in the editor. */
	label: string;
	allowed: readonly T[];
}

/** What JavaScript and luxon write for a date that is none; n8n itself turns such a DateTime into its text. */
const INVALID_DATES = ['Invalid Date', 'Invalid DateTime', 'Invalid Duration', 'Invalid Interval'];

/**
 * The text that stands for any value: dates and durations as ISO 8601, other objects as JSON, nothing as an empty text.
 *
 * @returns undefined for a date or duration that is none
 */
export function toText(value: unknown): string | undefined {
	let text: unknown = value ?? '';
	if (typeof text === 'object') {
		const { toISO, toJSON } = text as { toISO?: () => unknown; toJSON?: () => unknown };
		// In JSON these would have quotes of their own. Only luxon's intervals have no `toJSON`.
		const write = toJSON ?? toISO;
		text = typeof write === 'function' ? write.call(text) : text;
	}
	if (text === null || INVALID_DATES.includes(textOf(text))) return undefined;
	return typeof text === 'object' ? JSON.stringify(text) : String(text);
}

/** What a wrong value looks like in a message: short, and on one line. */
export const quoteValue = (value: unknown): string => {
	if (value === undefined) return 'nothing';
	if (typeof value === 'number' || typeof value === 'bigint') return String(value);
	const text = value === null ? 'null' : (toText(value) ?? 'an invalid date');
	const line = text.replace(/\s+/g, ' ');
	return `'${line.length > 60 ? `${line.slice(0, 60)}…` : line}'`;
};

/**
 * Takes only values that the parameter has: expressions, AI models and hand-written workflows can give any other, and the
 * default in its place would be billed.
 *
 * @throws NodeOperationError that names the allowed values in its message, since an AI agent sees no description
 */
export function toOption<T extends string>(
	ctx: NodeContext,
	value: unknown,
	{ label, allowed }: OptionRule<T>,
	itemIndex?: number,
): T {
	const known = allowed.find((one) => one === value);
	if (known !== undefined) return known;
	const names = allowed.map((one) => `'${one}'`);
	const list = [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ');
	throw refusal(
		ctx,
		`'${label}' must be ${list}, not ${quoteValue(value)}`,
		// n8n evaluates no expression in fields such as Resource, and gives its text instead.
		typeof value === 'string' && value.includes('{{')
			? 'This parameter takes no expression. Choose a value from the list.'
			: 'Choose a value from the list, or have the expression give one of these.',
		itemIndex,
	);
}

/**
 * Reads a parameter that takes one of a few values.
 *
 * @param fallback for a parameter that the node does not have, since the editor hides it
 * @throws NodeOperationError for any other value, also for an expression that gives nothing
 */
export const readOption = <T extends string>(
	ctx: IExecuteFunctions,
	name: string,
	itemIndex: number,
	rule: OptionRule<T> & { fallback: T },
): T => toOption(ctx, ctx.getNodeParameter(name, itemIndex, rule.fallback), rule, itemIndex);

/**
 * Takes a switch's value. Expressions and AI models may give it as text.
 *
 * @throws NodeOperationError for what is neither true nor false
 */
export function toSwitch(
	ctx: NodeContext,
	value: unknown,
	label: string,
	itemIndex?: number,
): boolean {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'true') return true;
	if (word === false || word === 'false') return false;
	throw refusal(
		ctx,
		`'${label}' must be true or false, not ${quoteValue(value)}`,
		'Turn the switch on or off, or have the expression give true or false.',
		itemIndex,
	);
}

/**
 * Reads a switch.
 *
 * @returns the fallback for one that the node does not have, since the editor hides it
 * @throws NodeOperationError for what is neither true nor false
 */
export const readSwitch = (
	ctx: IExecuteFunctions,
	name: string,
	itemIndex: number,
	{ label, fallback }: { label: string; fallback: boolean },
): boolean => toSwitch(ctx, ctx.getNodeParameter(name, itemIndex, fallback), label, itemIndex);

/**
 * Reads the name of an item's field.
 *
 * @param fallback for a parameter that the node does not have, since the editor hides it
 * @throws NodeOperationError for an empty name and for what is no text
 */
export function readFieldName(
	ctx: IExecuteFunctions,
	name: string,
	itemIndex: number,
	{ label, fallback }: { label: string; fallback: string },
): string {
	const value = ctx.getNodeParameter(name, itemIndex, fallback) as unknown;
	const text = typeof value === 'string' || Number.isFinite(value) ? String(value).trim() : '';
	if (text !== '') return text;
	throw refusal(
		ctx,
		`'${label}' must be the name of a field, not ${quoteValue(value)}`,
		`Enter a name such as ${fallback}.`,
		itemIndex,
	);
}

/** A parameter that takes a number. */
export interface NumberRule {
	/** The parameter's name in the editor. */
	label: string;
	/** What the number must be, as the message puts it: `whole seconds, 1 or more`. */
	wanted: string;
	accepts: (value: number) => boolean;
	/** Taken for an empty value, as AI models give it for a parameter that they leave out. Without this it is refused. */
	ifEmpty?: number;
	/** What to do about any other value: the error's description. */
	advice: string;
}

/**
 * Takes a number, also as text, since expressions and AI models give it so.
 *
 * @throws NodeOperationError for what is no number, and for one that the rule does not accept
 */
export function toNumberBy(
	ctx: NodeContext,
	value: unknown,
	{ label, wanted, accepts, advice, ifEmpty }: NumberRule,
	itemIndex?: number,
): number {
	if (ifEmpty !== undefined && (value ?? '') === '') return ifEmpty;
	const number = toNumber(value);
	if (!Number.isNaN(number) && accepts(number)) return number;
	throw refusal(ctx, `'${label}' must be ${wanted}, not ${quoteValue(value)}`, advice, itemIndex);
}

/**
 * Reads a parameter that takes a number.
 *
 * @param fallback for a parameter that the node does not have, since the editor hides it
 * @throws NodeOperationError for any other value, also for an expression that gives nothing
 */
export const readNumber = (
	ctx: IExecuteFunctions,
	name: string,
	itemIndex: number,
	rule: NumberRule & { fallback: number },
): number => toNumberBy(ctx, ctx.getNodeParameter(name, itemIndex, rule.fallback), rule, itemIndex);
