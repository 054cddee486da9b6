import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const isProgram = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};

/**
 * The path of a program.
 *
 * @param name its name, or its path
 * @param folders to look into after those of PATH
 */
export const findProgram = (name: string, folders: string[] = []): string | undefined =>
	(isAbsolute(name)
		? [name]
		: [...(process.env.PATH ?? '').split(delimiter), ...folders].map((folder) => join(folder, name))
	).find(isProgram);
