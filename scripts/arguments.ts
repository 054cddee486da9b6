/** Takes `--n8n <version>` or `--n8n=<version>` out of a list of arguments. */
export const takeN8nVersion = (args: readonly string[]): { version?: string; rest: string[] } => {
	const rest: string[] = [];
	let version: string | undefined;
	for (let index = 0; index < args.length; index++) {
		const arg = args[index] ?? '';
		if (arg === '--n8n') version = args[++index] ?? '';
		else if (arg.startsWith('--n8n=')) version = arg.slice('--n8n='.length);
		else rest.push(arg);
	}
	return { version, rest };
};
