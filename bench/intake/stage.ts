import { installPackages } from '../../harness/installPackage';
import { startN8n } from '../../harness/n8n';
import { atEnd, temporaryFolder } from '../../harness/processes';
import { startSandbox } from '../../sandbox';
import { packBaselines, packVersion2 } from '../baselines/pack';
import type { BenchContext } from '../benchmark';
import type { ActiveContender, Contender } from './contenders';
import { activateContender, createCredentials } from './contenders';
import type { Stage } from './load';

type Activate = (contenders: Contender[]) => Promise<ActiveContender[]>;

/**
 * Starts an n8n with this package and the baselines, and a sandbox, and ends both after `play`.
 *
 * @param env settings of n8n beyond those that every run has
 */
export async function onStage<Result>(
	{ install, tarball, tell }: BenchContext,
	env: Record<string, string>,
	play: (stage: Stage, activate: Activate) => Promise<Result>,
): Promise<Result> {
	tell('starting n8n');
	const userFolder = temporaryFolder('bench');
	const triggers = await Promise.all([packBaselines(), packVersion2()]);
	await installPackages([tarball, ...triggers], userFolder);
	const n8n = await startN8n({ install, userFolder, env });
	const sandbox = await startSandbox();
	const close = async () => {
		await n8n.stop();
		await sandbox.close();
	};
	const done = atEnd(close);
	try {
		const credentials = await createCredentials(n8n, sandbox);
		return await play({ n8n, sandbox }, async (contenders) => {
			const active: ActiveContender[] = [];
			for (const contender of contenders) {
				tell(`activating: ${contender.label}`);
				active.push(await activateContender(n8n, credentials, contender));
			}
			return active;
		});
	} finally {
		done();
		await close();
	}
}
