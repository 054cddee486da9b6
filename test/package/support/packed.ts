import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { newTemporaryFolder, repository } from '../../../harness/folders';
import { build, pack } from '../../../harness/pack';

/** The package as it would be published. */
export interface Packed {
	/** Where it is unpacked. */
	folder: string;
	/** Paths in it. */
	files: string[];
	/** Bytes of the tarball. */
	size: number;
	/** Bytes of the files. */
	unpackedSize: number;
	remove: () => void;
}

/** Unpacks the package that `npm test` has packed. Where there is none, it is built and packed first. */
export const unpackPackage = async (): Promise<Packed> => {
	let tarball = process.env.AUDIOSPLITER_TARBALL;
	if (!tarball) {
		await build();
		tarball = await pack();
	}
	const unpacked = newTemporaryFolder('packed');
	execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
	const folder = join(unpacked, 'package');
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((path) => path.replaceAll('\\', '/'))
		.filter((path) => statSync(join(folder, path)).isFile());
	const sizes = files.map((path) => statSync(join(folder, path)).size);
	symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction');
	return {
		...{ folder, files },
		size: statSync(tarball).size,
		unpackedSize: sizes.reduce((sum, size) => sum + size, 0),
		remove: () => rmSync(unpacked, { recursive: true, force: true }),
	};
};
