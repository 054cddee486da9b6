import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

/** Parameters that choose the operation, and so are headings instead of rows. */
const CHOOSERS = ['resource', 'operation'];

/** What is not added to one of these has no value; what is not added to another collection has its default. */
const EMPTY_UNLESS_ADDED = ['additionalFields', 'filters'];

interface Row {
	/** As in the editor: `Wait Options › Max Wait`. */
	label: string;
	/** As in a workflow's JSON: `waitOptions.maxWait`. */
	path: string;
	parameter: INodeProperties;
	/** By the name of another parameter. */
	shownWith: Map<string, Set<unknown>>;
}

const isOption = (option: unknown): option is INodePropertyOptions =>
	typeof option === 'object' && option !== null && 'value' in option;

const optionsOf = (parameter: INodeProperties | undefined): INodePropertyOptions[] =>
	(parameter?.options ?? []).filter(isOption);

const conditionsOf = ({ displayOptions }: INodeProperties): Row['shownWith'] =>
	new Map(
		Object.entries(displayOptions?.show ?? {})
			.filter(([name]) => !CHOOSERS.includes(name))
			.map(([name, values]) => [name, new Set<unknown>(values)]),
	);

const fixedCollectionPath = ({ name, options = [] }: INodeProperties): string => {
	const entries = options[0] as INodePropertyCollection;
	return `${name}.${entries.name}[{ ${entries.values.map((value) => value.name).join(', ')} }]`;
};

const toRows = (parameter: INodeProperties): Row[] => {
	const { displayName, name, options = [] } = parameter;
	const shownWith = conditionsOf(parameter);
	if (parameter.type !== 'collection')
		return [{ label: displayName, path: name, parameter, shownWith }];
	return (options as INodeProperties[]).map((option) => ({
		label: `${displayName} › ${option.displayName}`,
		path: `${name}.${option.type === 'fixedCollection' ? fixedCollectionPath(option) : option.name}`,
		parameter: EMPTY_UNLESS_ADDED.includes(name) ? { ...option, default: '' } : option,
		// Its own, since rows are merged.
		shownWith: conditionsOf(parameter),
	}));
};

/** An option that two variants of a collection have is one row, shown where either of them is. */
const mergeRows = (rows: Row[]): Row[] => {
	const merged = new Map<string, Row>();
	for (const row of rows) {
		const known = merged.get(row.path);
		if (!known) merged.set(row.path, row);
		for (const [name, values] of known ? row.shownWith : []) {
			for (const value of values) known?.shownWith.get(name)?.add(value);
		}
	}
	return [...merged.values()];
};

/** `Split Mode is By Duration`. */
const condition = (all: INodeProperties[], path: string, values: Iterable<unknown>): string => {
	// `/waitMode` is n8n's way of saying that the parameter is not beside, but at the top.
	const other = all.find(({ name }) => name === path.replace(/^\//, ''));
	const shown = [...values].map((value) =>
		typeof value === 'boolean'
			? value
				? 'on'
				: 'off'
			: (optionsOf(other).find((option) => option.value === value)?.name ?? String(value)),
	);
	return `${other?.displayName ?? path} is ${shown.join(' or ')}`;
};

/** When a row shows, without what follows from when the parameters show that it depends on. */
const whenShown = (all: INodeProperties[], { parameter, shownWith }: Row): string => {
	const implied = all
		.filter(({ name }) => shownWith.has(name))
		.flatMap((other) => [...conditionsOf(other).keys()]);
	const shows = [...shownWith].filter(([name]) => !implied.includes(name));
	const hides = Object.entries(parameter.displayOptions?.hide ?? {});
	return [
		...shows.map(([name, values]) => `Only where ${condition(all, name, values)}.`),
		...hides.map(([name, values]) => `Not where ${condition(all, name, values ?? [])}.`),
	].join(' ');
};

const defaultOf = (parameter: INodeProperties): string => {
	const { type, default: value } = parameter;
	if (['resourceLocator', 'fixedCollection'].includes(type) || value === '') return '';
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const values: unknown[] = Array.isArray(value) ? value : [value];
	const chosen = optionsOf(parameter).filter((option) => values.includes(option.value));
	return chosen.length > 0 ? chosen.map(({ name }) => name).join(', ') : `\`${String(value)}\``;
};

const choicesOf = (parameter: INodeProperties): string => {
	const options = optionsOf(parameter).map(({ name, value }) => `${name} \`${String(value)}\``);
	const modes = (parameter.modes ?? []).map(({ displayName }) => displayName);
	const choices = [...options, ...modes];
	return choices.length > 0 ? `${choices.join(', ')}.` : '';
};

const asSentence = (text: string): string => (text === '' ? '' : `${text.replace(/\.$/, '')}.`);

/** A table of parameters: what they are called in the editor and in a workflow's JSON, and what they do. */
export const parameterTable = (parameters: INodeProperties[]): string => {
	const rows = parameters
		.filter(({ type, name }) => !['hidden', 'notice'].includes(type) && !CHOOSERS.includes(name))
		.flatMap(toRows);
	const lines = mergeRows(rows).map((row) => {
		const { label, path, parameter } = row;
		const { description = '', hint = '' } = parameter;
		// A hint of one word is a unit, which the description names as well.
		const further = description !== '' && hint.includes(' ') ? hint : '';
		const text = [
			asSentence(description || hint),
			asSentence(further),
			choicesOf(parameter),
			whenShown(parameters, row),
		];
		const cells = [label, `\`${path}\``, defaultOf(parameter), text.filter(Boolean).join(' ')];
		return `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
	});
	return ['| Parameter | In JSON | Default | |', '| --- | --- | --- | --- |', ...lines].join('\n');
};

/** The choices of a parameter, with the one first that n8n starts with. */
const defaultFirst = (parameter: INodeProperties | undefined): INodePropertyOptions[] =>
	optionsOf(parameter).sort(
		(a, b) => Number(b.value === parameter?.default) - Number(a.value === parameter?.default),
	);

/** The operations of a node, resource by resource, each with its parameters. */
export const operationReference = (properties: INodeProperties[]): string => {
	const shows = ({ displayOptions }: INodeProperties, name: string, value: unknown): boolean =>
		displayOptions?.show?.[name]?.some((one) => one === value) ?? true;

	const sections = defaultFirst(properties.find(({ name }) => name === 'resource')).flatMap(
		(resource) => {
			const own = properties.filter((parameter) => shows(parameter, 'resource', resource.value));
			return defaultFirst(own.find(({ name }) => name === 'operation')).map((operation) => [
				`### ${resource.name}: ${operation.name}`,
				`\`resource: ${String(resource.value)}\`, \`operation: ${String(operation.value)}\`. ${asSentence(operation.description ?? '')}`,
				parameterTable(own.filter((parameter) => shows(parameter, 'operation', operation.value))),
			]);
		},
	);
	return sections.flat().join('\n\n');
};
