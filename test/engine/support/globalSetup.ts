import { build, pack } from '../../../harness/pack';
import { endEverything, endWithThisProcess } from '../../../harness/processes';
import { unpackForEngine } from './unpack';

module.exports = async (): Promise<void> => {
	endWithThisProcess();
	try {
		if (!process.env.AUDIOSPLITER_TARBALL) {
			await build();
			process.env.AUDIOSPLITER_TARBALL = await pack();
		}
		unpackForEngine(process.env.AUDIOSPLITER_TARBALL);
	} catch (error) {
		await endEverything();
		// jest reports nothing at all when a set-up fails; continuous integration reads the last line all the same.
		process.once('exit', () => process.stdout.write('0 passed, 1 failed\n'));
		throw error;
	}
};
