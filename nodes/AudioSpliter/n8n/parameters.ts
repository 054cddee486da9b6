import type { IExecuteFunctions } from 'n8n-workflow';
import { toNumber } from '../job/values';
import { refusal } from './errors';

type NodeContext = Pick<IExecuteFunctions, 'getNode'>;

/** A parameter that takes one of a few values. */
export interface OptionRule<T extends string> {
	/** The parameter's name in the editor. */
	label: string;
	allowed: readonly T[];
}

/** What a wrong value looks like in a message: short, and on one line. */
export const quoteValue = (value: unknown): string => {
	if (value === undefined) return 'nothing';
	if (typeof value === 'number' || typeof value === 'bigint') return String(value);
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
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
		'Choose a value from the list, or have the expression give one of these.',
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

/** A parameter that takes a number. */
export interface NumberRule {
	/** The parameter's name in the editor. */
	label: string;
	/** What the number must be, as the message puts it: `whole seconds, 1 or more`. */
	wanted: string;
	accepts: (value: number) => boolean;
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
	{ label, wanted, accepts, advice }: NumberRule,
	itemIndex?: number,
): number {
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
