/** Host names that mean something inside one network only. */
const PRIVATE_SUFFIXES = [
	'.localhost',
	'.local',
	'.internal',
	'.lan',
	'.home',
	'.home.arpa',
	'.test',
];

const isPrivateIpv4 = (host: string): boolean => {
	const parts = host.split('.').map(Number);
	if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return false;
	const [a, b] = parts as [number, number, number, number];
	return (
		a === 0 ||
		a === 10 ||
		a === 127 ||
		(a === 100 && b >= 64 && b <= 127) ||
		(a === 169 && b === 254) ||
		(a === 172 && b >= 16 && b <= 31) ||
		(a === 192 && b === 168)
	);
};

/** `host` as `URL` writes it: IPv6 in brackets, everything in lower case. */
const isPrivateIpv6 = (host: string): boolean => {
	if (!host.startsWith('[')) return false;
	const address = host.slice(1, -1);
	const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
	if (mapped !== null) {
		const [high, low] = [parseInt(mapped[1] ?? '', 16), parseInt(mapped[2] ?? '', 16)];
		return isPrivateIpv4([high >> 8, high & 255, low >> 8, low & 255].join('.'));
	}
	return address === '::' || address === '::1' || /^(f[cd]|fe[89ab])/.test(address);
};

const parse = (url: string): URL | undefined => {
	try {
		return new URL(url);
	} catch {
		return undefined;
	}
};

/** Whether a URL's host can only be reached from this machine or its own network. */
export function isPrivateAddress(url: string): boolean {
	const host = parse(url)?.hostname.toLowerCase().replace(/\.$/, '');
	if (host === undefined) return false;
	return (
		host === 'localhost' ||
		PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix)) ||
		isPrivateIpv4(host) ||
		isPrivateIpv6(host) ||
		// A bare name such as `n8n` or `sandbox` is known to a container network only.
		(!host.includes('.') && !host.startsWith('['))
	);
}

/**
 * Why AudioSpliter could not reach a URL of this n8n, or undefined when it can. An API on this machine or in this
 * network (a test server) reaches everything.
 *
 * @param url an address of this n8n that the service is to call
 * @param baseUrl the API's base URL
 */
export function whyUnreachable(url: string, baseUrl: string): string | undefined {
	if (isPrivateAddress(baseUrl)) return undefined;
	const parsed = parse(url);
	if (parsed === undefined) return 'it is not a web address';
	if (isPrivateAddress(url)) return `${parsed.host} is only known inside your own network`;
	return parsed.protocol === 'https:' ? undefined : 'it is not encrypted (http instead of https)';
}
