// The gate of n8n's registry, run on this machine: its scanner's rules on the source and on the packed files.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	SOURCE_FILE_PATTERNS,
	analyzePackage,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

const npm = (...args) =>
	execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const report = (what, { passed, message, details }) => {
	console.log(`${passed ? 'clean' : 'NOT CLEAN'}: ${what}`);
	if (!passed) console.log(details ?? message);
	return passed;
};

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-audiospliter-verify-'));
try {
	npm('run', 'build', '--silent');
	npm('pack', '--silent', '--pack-destination', folder);
	const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
	execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder]);
	const results = [
		report('source (verification scan)', await analyzePackage(process.cwd(), SOURCE_FILE_PATTERNS)),
		report('packed files (verification scan)', await analyzePackage(join(folder, 'package'))),
	];
	process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
