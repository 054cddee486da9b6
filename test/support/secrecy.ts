import type { Sandbox } from '../../sandbox';

/** The requests that carried the API key to another place than the API. */
export const requestsThatLeakTheKey = ({ sandbox }: { sandbox: Sandbox }) =>
	sandbox
		.requests()
		.filter(
			({ origin, apiKey, path, headers }) =>
				origin !== 'api' &&
				(apiKey !== 'none' || JSON.stringify([path, headers]).includes(sandbox.apiKey)),
		);
