import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What n8n needs to know to run by itself, quietly, on loopback. */
export interface N8nPlace {
	userFolder: string;
	port: number;
	/** n8n's task runner connects to it. */
	brokerPort: number;
	/** The folder that n8n is installed in. */
	installFolder: string;
}

/** n8n inherits what a program needs to run at all; not npm's, jest's or Node's settings, nor a proxy. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'SystemRoot', 'USERPROFILE'];

const inherited = (): NodeJS.ProcessEnv =>
	Object.fromEntries(
		INHERITED.filter((name) => process.env[name] !== undefined).map((name) => [
			name,
			process.env[name],
		]),
	);

/**
 * Parts of n8n that have nothing to do with how nodes run, and take their share of each start: those that fetch lists
 * from the internet, its own assistants, and what needs a licence.
 */
const LEFT_OUT = [
	...['mcp-registry', 'insights'],
	...['agents', 'instance-ai', 'mcp', 'workflow-builder'],
	...['external-secrets', 'ldap', 'log-streaming', 'source-control', 'sso-oidc', 'sso-saml'],
];

/** n8n refuses to leave out a part that it does not have. */
const modulesToLeaveOut = (installFolder: string): string => {
	const modules = join(installFolder, 'node_modules', 'n8n', 'dist', 'modules');
	return LEFT_OUT.filter((name) =>
		[name, `${name}.ee`].some((folder) => existsSync(join(modules, folder))),
	).join(',');
};

/** The folder whose files this n8n's nodes may read. n8n's own choice is in the home of whoever runs it. */
export const filesFolder = (userFolder: string): string => join(userFolder, 'files');

/** The environment of a local n8n that calls nobody: no telemetry, no news, no lists from the internet. */
export const n8nEnvironment = (
	place: N8nPlace,
	extra: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv => ({
	...inherited(),
	N8N_USER_FOLDER: place.userFolder,
	// What n8n leaves behind there goes with the user folder.
	TMPDIR: place.userFolder,
	TEMP: place.userFolder,
	// Fixed, so that a user folder can be opened again: credentials are encrypted with it.
	N8N_ENCRYPTION_KEY: 'a-local-key-for-n8n-nodes-audiospliter',
	N8N_HOST: '127.0.0.1',
	N8N_PORT: String(place.port),
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_RUNNERS_BROKER_PORT: String(place.brokerPort),
	N8N_RESTRICT_FILE_ACCESS_TO: filesFolder(place.userFolder),
	N8N_SECURE_COOKIE: 'false',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_DISABLED_MODULES: modulesToLeaveOut(place.installFolder),
	// Node keeps n8n's compiled code there.
	NODE_COMPILE_CACHE: join(place.installFolder, 'compiled'),
	// How often n8n looks for workflows to publish; the activation itself asks for it at once.
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
	...extra,
});
