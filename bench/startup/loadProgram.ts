/**
 * Run by n8n's own Node, in its install folder: loads a package with n8n's own loader, in a process that has loaded n8n's
 * libraries and nodes as n8n has by then, and prints what that took. With `--expose-gc`.
 */
export const LOAD_PROGRAM = `
const { createRequire } = require('node:module');
const { join } = require('node:path');
const [installFolder, packageFolder] = process.argv.slice(1);
const load = createRequire(join(installFolder, 'node_modules', 'n8n', 'package.json'));
const { LazyPackageDirectoryLoader, PackageDirectoryLoader } = load('n8n-core');
load('n8n-workflow');
const memory = async () => {
	for (let round = 0; round < 3; round++) {
		gc();
		// What n8n is done with only now can go in the next round.
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	const { heapUsed, external } = process.memoryUsage();
	return (heapUsed + external) / 1048576;
};
(async () => {
	// n8n loads its own nodes first, and with the first loader that it makes, its log and its settings.
	await new LazyPackageDirectoryLoader(join(installFolder, 'node_modules', 'n8n-nodes-base')).loadAll();
	const before = await memory();
	const processorBefore = process.cpuUsage();
	const start = process.hrtime.bigint();
	const loader = new PackageDirectoryLoader(packageFolder);
	await loader.loadAll();
	const ms = Number(process.hrtime.bigint() - start) / 1e6;
	const { user, system } = process.cpuUsage(processorBefore);
	const processorMs = (user + system) / 1000;
	const nodes = Object.keys(loader.nodeTypes).length;
	process.stdout.write(JSON.stringify({ ms, processorMs, mb: (await memory()) - before, nodes }) + '\\n', () => process.exit());
})();
`;
