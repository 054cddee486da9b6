import type { INodePropertyOptions } from 'n8n-workflow';
import type { Execution } from '../../../harness/client';
import type { StoredError } from '../../support/action';
import type { Parameter } from './parameters';

const isText = (value: unknown): value is string => typeof value === 'string';

const isNumeric = (value: unknown): boolean =>
	(typeof value === 'number' || (isText(value) && value.trim() !== '')) &&
	Number.isFinite(Number(value));

const isWebAddress = (value: unknown): boolean =>
	isText(value) && /^https?:\/\//.test(value.trim()) && URL.canParse(value.trim());

/** A number is a name as well, as text. */
const isName = (value: unknown): boolean =>
	(isText(value) && value.trim() !== '') || Number.isFinite(value);

/** Where the type alone does not say which values there are. */
const SPECIAL: Record<string, (value: unknown) => boolean> = {
	'download.binaryPropertyName': isName,
	outputBinaryPropertyName: isName,
	sourceUrl: isWebAddress,
	webhookUrl: isWebAddress,
	// A file that is not there.
	'create.binaryPropertyName': () => false,
	segmentDuration: (value) => isNumeric(value) && Number.isSafeInteger(Number(value)),
	// No single one of the odd values is an event.
	events: () => false,
	// A list of indexes is as good as their text.
	segments: (value) =>
		/^\s*(all|\*|0)\s*$/.test(
			isText(value) ? value : JSON.stringify([value]).replace(/[[\]"]/g, ''),
		),
	// Opaque: whether there is such a job, only the service knows.
	jobId: (value) =>
		(isText(value) && /^\s*\S+\s*$/.test(value)) ||
		(typeof value === 'number' && Number.isFinite(value)),
	key: (value) =>
		isText(value) ? value.trim() !== '' : typeof value !== 'object' && value !== undefined,
	// Any value is text for the metadata.
	value: () => true,
};

/** Whether a value of this type is one that the parameter takes. */
const fitsType = ({ property }: Parameter, value: unknown): boolean => {
	const text = isText(value) ? value.trim() : value;
	switch (property.type) {
		case 'options':
			return (property.options as INodePropertyOptions[]).some((option) => option.value === text);
		case 'boolean':
			return typeof value === 'boolean' || text === 'true' || text === 'false';
		case 'number':
			return isNumeric(value) && Number(value) >= (property.typeOptions?.minValue ?? -Infinity);
		case 'collection':
		case 'fixedCollection':
			// n8n drops what is no object before the node runs: the node cannot tell it from a collection left alone.
			return true;
		default:
			return isText(text) && text !== '';
	}
};

/** Whether the node may do what was asked for: everything else must be an error. */
export const isTaken = (parameter: Parameter, value: unknown): boolean => {
	const { path, operation, property } = parameter;
	const name = path.at(-1) ?? '';
	const isOptional = path.length > 1 || property.type.endsWith('ollection');
	const isNothing = value === undefined || value === null || (isText(value) && value.trim() === '');
	// What is left empty in a collection was not added to it.
	if (isOptional && isNothing && name !== 'key') return true;
	// n8n gives the default of a text field, or of a list of choices, for null; an expression's null arrives as it is.
	const isFilledIn = ['string', 'multiOptions'].includes(property.type) && property.default !== '';
	if (value === null && isFilledIn) return true;
	const special = SPECIAL[`${operation}.${name}`] ?? SPECIAL[name];
	if (special === undefined) return fitsType(parameter, value);
	return special(value) && (property.type !== 'number' || fitsType(parameter, value));
};

/** The node's errors, and n8n's own about a parameter, which come before the node has a say. */
const NODE_ERRORS = [
	'NodeOperationError',
	'NodeApiError',
	'ExpressionError',
	'WorkflowHasIssuesError',
];

/** n8n's own words for a file that is not in the item. */
const NO_SUCH_FILE = /to contain a binary file|not a string or binary data object/;

/**
 * n8n's own check of a resource locator calls `toString` of its value, before the node runs (n8n-workflow:
 * `node-helpers.js`, `validateResourceLocatorParameter()`).
 */
const NO_LOCATOR =
	/^(value\?\.value\?\.toString is not a function|Cannot convert object to primitive value)/;

/** n8n shows no operation for a resource that does not exist. */
const NO_SUCH_PARAMETER = /^Could not get parameter "operation"/;

/** How a run ended, or a workflow that was not even published. */
export interface Ended {
	execution: Pick<Execution, 'status'>;
	error?: StoredError;
}

/** n8n evaluates a trigger's parameters at publication, when there is no item to refer to. */
const NO_ITEM_YET = /^Node '[^']+' hasn't been executed/;

/** What is wrong with how a run ended; `undefined` where nothing is. */
export const faultOf = (ran: Ended, parameter: Parameter, value: unknown): string | undefined => {
	const { error, execution } = ran;
	if (execution.status !== 'error') {
		if (!['success', 'waiting'].includes(execution.status)) return `ended as ${execution.status}`;
		return isTaken(parameter, value) ? undefined : 'ran as if nothing were wrong';
	}
	const told = `${error?.message} ${error?.description ?? ''}`;
	if (NO_ITEM_YET.test(told) || NO_SUCH_PARAMETER.test(told) || NO_SUCH_FILE.test(told))
		return undefined;
	if (parameter.property.type === 'resourceLocator' && NO_LOCATOR.test(told)) return undefined;
	if (!NODE_ERRORS.includes(error?.name ?? '')) return `ended with ${error?.name}: ${told}`;
	if (/is not a function|not iterable|Cannot read|of undefined|of null|toISOString/.test(told)) {
		return `crashed: ${told}`;
	}
	if (isTaken(parameter, value)) return undefined;
	// 'Source' is a part of 'Source URL', which is another parameter.
	const quote = parameter.property.type === 'options' && parameter.path.length === 1 ? "'" : '';
	const isNamed = parameter.labels.some((label) =>
		told.toLowerCase().includes(`${quote}${label.toLowerCase()}${quote}`),
	);
	return isNamed ? undefined : `does not name ${parameter.labels[0]}: ${told}`;
};
