import { properties } from '../../nodes/AudioSpliter/resources';
import { triggerFields } from '../../nodes/AudioSpliter/trigger/fields';
import { operationReference, parameterTable } from './reference';

/** Parts of the README that say what the nodes' descriptions say, by the name in their markers. */
export const sections = (): Record<string, string> => ({
	operations: operationReference(properties),
	'trigger parameters': parameterTable(triggerFields),
});

const markers = (name: string) => ({ begin: `<!-- ${name} -->`, end: `<!-- end of ${name} -->` });

/** @throws where the README lacks the markers of a section */
const placeOf = (readme: string, name: string) => {
	const { begin, end } = markers(name);
	const from = readme.indexOf(begin) + begin.length;
	const to = readme.indexOf(end);
	if (from < begin.length || to < from) throw new Error(`README.md has no ${begin} … ${end}.`);
	return { from, to };
};

/** What the README has between a section's markers. */
export const readSection = (readme: string, name: string): string => {
	const { from, to } = placeOf(readme, name);
	return readme.slice(from, to).trim();
};

/** The README with its sections made from the nodes as they are now. */
export const withSections = (readme: string): string =>
	Object.entries(sections()).reduce((text, [name, content]) => {
		const { from, to } = placeOf(text, name);
		return `${text.slice(0, from)}\n\n${content}\n\n${text.slice(to)}`;
	}, readme);
