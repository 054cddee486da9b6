import type { Modules } from './modules';

/**
 * The floors of a tree from the top. A floor is a list of rooms, and a room a folder or a single module. A module may import
 * from its own room and from the floors below; not from above, and not from a room beside its own.
 */
export type Floors = string[][];

interface Place {
	floor: number;
	room: string;
}

/** What is wrong with the floors of a tree, a sentence each: imports, modules without a room, rooms without a module. */
export function findFloorFaults(modules: Modules, floors: Floors): string[] {
	const places = new Map([...modules.keys()].map((module) => [module, placeOf(module, floors)]));
	const inUse = new Set([...places.values()].map((place) => place?.room));
	return [
		...floors.flat().flatMap((room) => (inUse.has(room) ? [] : [`nothing is in ${room}`])),
		...[...modules].flatMap(([module, { own }]) => {
			const place = places.get(module);
			if (place === undefined) return [`${module} is on no floor`];
			return own.flatMap((used) => faultOf(module, place, used, places.get(used)));
		}),
	];
}

function faultOf(module: string, place: Place, used: string, there: Place | undefined): string[] {
	if (there === undefined || place.floor < there.floor || place.room === there.room) return [];
	const where = place.floor === there.floor ? 'beside' : 'above';
	return [`${module} imports ${used}, which is ${where} it`];
}

/** Where a module is: the room with the longest name that it is in. */
function placeOf(module: string, floors: Floors): Place | undefined {
	const places = floors.flatMap((rooms, floor) => rooms.map((room) => ({ floor, room })));
	return places
		.filter(({ room }) => module === room || module.startsWith(`${room}/`))
		.sort((one, other) => other.room.length - one.room.length)[0];
}
