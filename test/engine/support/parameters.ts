import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

/** A parameter of an operation, wherever it is nested. */
export interface Parameter {
	resource: string;
	operation: string;
	/** Names from the outermost collection in, such as `additionalFields.metadata.values.key`. */
	path: string[];
	/** What the editor calls it, and the collections that it is in, the innermost first. */
	labels: string[];
	property: INodeProperties;
	/** Values of the parameters that must have them for this one to be shown. */
	shownWith: INodeParameters;
}

type Nested = { name: string; displayName: string; values: INodeProperties[] };

/** The parameters inside a collection, with the names that lead to them. */
const inside = (
	property: INodeProperties,
): Array<{ path: string[]; property: INodeProperties }> => {
	if (property.type === 'collection') {
		return (property.options as INodeProperties[]).map((inner) => ({ path: [], property: inner }));
	}
	if (property.type !== 'fixedCollection') return [];
	return (property.options as Nested[]).flatMap(({ name, values }) =>
		values.map((inner) => ({ path: [name], property: inner })),
	);
};

const nested = (parameter: Parameter): Parameter[] => [
	parameter,
	...inside(parameter.property).flatMap(({ path, property }) =>
		nested({
			...parameter,
			path: [...parameter.path, ...path, property.name],
			labels: [property.displayName, ...parameter.labels],
			property,
		}),
	),
];

/** What other parameters must be for one to be shown, and what those need in turn. */
const conditions = (
	property: INodeProperties,
	siblings: INodeProperties[],
	known: INodeParameters = {},
): INodeParameters => {
	const needed = { ...known };
	for (const [name, values] of Object.entries(property.displayOptions?.show ?? {})) {
		if (name in needed) continue;
		needed[name] = values?.[0] as string;
		const other = siblings.find((sibling) => sibling.name === name);
		if (other) Object.assign(needed, conditions(other, siblings, needed));
	}
	return needed;
};

const isFor = (property: INodeProperties, name: string, value: string): boolean => {
	const values = property.displayOptions?.show?.[name];
	return values === undefined || values.includes(value);
};

/** The parameters that have a value, with what is nested in them: notices have none. */
const withValues = (
	own: INodeProperties[],
	chosen: { resource: string; operation: string },
	shownWith: INodeParameters,
): Parameter[] =>
	own
		.filter(({ type }) => type !== 'notice')
		.flatMap((property) =>
			nested({
				...{ ...chosen, property },
				path: [property.name],
				labels: [property.displayName],
				shownWith: { ...conditions(property, own), ...shownWith },
			}),
		);

/** Every parameter of a trigger, which has no operations; hidden ones are not the user's. */
export const triggerParametersOf = ({ properties }: INodeTypeDescription): Parameter[] =>
	withValues(
		properties.filter(({ type }) => type !== 'hidden'),
		{ resource: 'trigger', operation: 'trigger' },
		{},
	);

/** Every parameter of every operation, as the description has them. */
export const parametersOf = ({ properties }: INodeTypeDescription): Parameter[] =>
	properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) => {
			const resource = String(displayOptions?.show?.resource?.[0]);
			return (options as Array<{ value: string }>).flatMap(({ value: operation }) => {
				const own = properties.filter(
					(property) =>
						isFor(property, 'resource', resource) && isFor(property, 'operation', operation),
				);
				return withValues(own, { resource, operation }, { resource, operation });
			});
		});

/** Sets a value in parameters, making the collections on the way; a collection of several gets one entry. */
export const withValue = (
	parameters: INodeParameters,
	{ path, shownWith }: Parameter,
	value: unknown,
): INodeParameters => {
	const result = { ...parameters, ...shownWith };
	let place: Record<string, unknown> = result;
	path.slice(0, -1).forEach((name, depth) => {
		const entry = {};
		// The name of the collection's kind of entry comes before the last one, and its entries are a list.
		const isList = depth > 0 && depth === path.length - 2;
		place[name] = isList ? [entry] : { ...(place[name] as object | undefined) };
		place = isList ? entry : (place[name] as Record<string, unknown>);
	});
	place[path.at(-1) ?? ''] = value;
	return result;
};
