import { isPrivateAddress, whyUnreachable } from '../../../../nodes/AudioSpliter/api/reachable';

const API = 'https://api.audiospliter.com/api/v1';

describe('isPrivateAddress', () => {
	it.each([
		'http://localhost:5678/x',
		'http://LOCALHOST./x',
		'https://n8n:5678',
		'http://127.0.0.1',
		'http://127.1',
		'http://0x7f000001',
		'http://10.1.2.3',
		'http://172.16.0.1',
		'http://172.31.255.255',
		'http://192.168.1.5',
		'http://169.254.1.1',
		'http://100.64.0.1',
		'http://[::1]:5678',
		'http://[fd00::1]',
		'http://[fe80::1]',
		'http://[::ffff:10.0.0.1]',
		'https://n8n.local',
		'https://n8n.corp.internal',
	])('%s is private', (url) => {
		expect(isPrivateAddress(url)).toBe(true);
	});

	it.each([
		'https://n8n.example.com',
		'https://172.32.0.1',
		'https://11.0.0.1',
		'https://100.128.0.1',
		'https://[2001:db8::1]',
		'https://10.example.com',
	])('%s is public', (url) => {
		expect(isPrivateAddress(url)).toBe(false);
	});
});

describe('whyUnreachable', () => {
	it('says nothing about a public https address', () => {
		expect(whyUnreachable('https://n8n.example.com/x', API)).toBeUndefined();
	});

	it('lets a local API reach everything', () => {
		expect(
			whyUnreachable('http://localhost:5678/x', 'http://127.0.0.1:4000/api/v1'),
		).toBeUndefined();
	});

	it.each([
		['http://localhost:5678/x', 'localhost:5678 is only known inside your own network'],
		['http://n8n.example.com/x', 'not encrypted'],
		['no url', 'not a web address'],
	])('%s', (url, reason) => {
		expect(whyUnreachable(url, API)).toContain(reason);
	});
});
