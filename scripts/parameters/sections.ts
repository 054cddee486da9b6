import { properties } from '../../nodes/AudioSpliter/resources';
import { pollingTriggerFields, triggerFields } from '../../nodes/AudioSpliter/trigger/fields';
import { operationReference, parameterTable } from './reference';

/** Parts of docs/parameters.md that say what the nodes' descriptions say, by the name in their markers. */
export const sections = (): Record<string, string> => ({
	operations: operationReference(properties),
	'trigger parameters': parameterTable(triggerFields),
	'polling trigger parameters': parameterTable(pollingTriggerFields),
});

const markers = (name: string) => ({ begin: `<!-- ${name} -->`, end: `<!-- end of ${name} -->` });

/** @throws where the page lacks the markers of a section */
const placeOf = (page: string, name: string) => {
	const { begin, end } = markers(name);
	const from = page.indexOf(begin) + begin.length;
	const to = page.indexOf(end);
	if (from < begin.length || to < from)
		throw new Error(`docs/parameters.md has no ${begin} … ${end}.`);
	return { from, to };
};

/** What the page has between a section's markers. */
export const readSection = (page: string, name: string): string => {
	const { from, to } = placeOf(page, name);
	return page.slice(from, to).trim();
};

/** The page with its sections made from the nodes as they are now. */
export const withSections = (page: string): string =>
	Object.entries(sections()).reduce((text, [name, content]) => {
		const { from, to } = placeOf(text, name);
		return `${text.slice(0, from)}\n\n${content}\n\n${text.slice(to)}`;
	}, page);
