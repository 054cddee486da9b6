// What n8n's registry checks before it verifies a version, run on this machine: its scanner's rules on the source
// and on the packed files, the newest published lint rules, and those that are announced (test/package).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	SOURCE_FILE_PATTERNS,
	analyzePackage,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

const require = createRequire(import.meta.url);

const npm = (...args) =>
	execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const report = (what, { passed, message, details }) => {
	console.log(`${passed ? 'clean' : 'NOT CLEAN'}: ${what}`);
	if (!passed) console.log(details ?? message);
	return passed;
};

/** Runs a tool of this repository; what it says counts only if it finds something. */
const run = (tool, ...args) => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
		encoding: 'utf8',
	});
	return { passed: status === 0, message: `${stdout}${stderr}` };
};

const binary = (name, path) => join(require.resolve(`${name}/package.json`), '..', path);

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-audiospliter-verify-'));
try {
	npm('run', 'build', '--silent');
	npm('pack', '--silent', '--pack-destination', folder);
	const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
	execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder]);
	const results = [
		report('source (verification scan)', await analyzePackage(process.cwd(), SOURCE_FILE_PATTERNS)),
		report('packed files (verification scan)', await analyzePackage(join(folder, 'package'))),
		report(
			'source (newest lint rules)',
			run(
				binary('eslint', 'bin/eslint.js'),
				...['package.json', 'nodes', 'credentials', '--max-warnings', '0'],
			),
		),
		// Where all tests are run anyway, these are among them.
		process.argv.includes('--without-tests') ||
			report(
				'announced rules, metadata, codex files, icons, packed files, workflows (test/package)',
				run(binary('jest', 'bin/jest.js'), 'test/package'),
			),
	];
	process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
