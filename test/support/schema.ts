/** As much of JSON Schema as n8n's editor reads to show an item's fields before the node has run. */
export interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** Fields whose own fields are the user's: none of them can be told beforehand. */
const USERS_OWN = new Set(['metadata']);

const typeOf = (value: unknown): string => {
	if (Array.isArray(value)) return 'array';
	return value === null ? 'null' : typeof value;
};

/** The fields of all these objects, in the order in which they first appear, each with all its values. */
const fieldsOf = (objects: object[]): Map<string, unknown[]> => {
	const fields = new Map<string, unknown[]>();
	for (const [name, value] of objects.flatMap((object) => Object.entries(object)))
		fields.set(name, [...(fields.get(name) ?? []), value]);
	return fields;
};

/**
 * What all these values have the shape of: an object has the fields that one or the other of them has.
 *
 * @throws Error for values of different types, which the editor could not show as one
 */
export function schemaOf(values: unknown[]): Schema {
	const [type = 'null', ...others] = new Set(values.map(typeOf));
	if (others.length > 0) throw new Error(`One field is ${[type, ...others].join(' and ')}.`);
	if (type === 'array') {
		const elements = (values as unknown[][]).flat();
		return elements.length === 0 ? { type } : { type, items: schemaOf(elements) };
	}
	if (type !== 'object') return { type };
	const fields = [...fieldsOf(values as object[])].map(([name, all]) => [
		name,
		USERS_OWN.has(name) ? { type: 'object' } : schemaOf(all),
	]);
	return { type, properties: Object.fromEntries(fields) as Record<string, Schema> };
}
