import { n8nEnvironment } from '../../harness/n8nEnvironment';

const PLACE = { userFolder: '/data', port: 4000, brokerPort: 4001, installFolder: '/nowhere' };

describe('n8nEnvironment', () => {
	const before = { ...process.env };
	afterEach(() => {
		process.env = before;
	});

	it('hands on nothing of npm, jest, Node or a proxy', () => {
		process.env = {
			...before,
			NODE_OPTIONS: '--inspect',
			JEST_WORKER_ID: '1',
			npm_config_registry: 'x',
			HTTPS_PROXY: 'x',
			N8N_PORT: '1',
		};
		const environment = n8nEnvironment(PLACE);
		expect(Object.keys(environment)).not.toEqual(
			expect.arrayContaining([expect.stringMatching(/^(NODE_OPTIONS|JEST|npm_|HTTPS_PROXY)/)]),
		);
		expect(environment.PATH).toBe(before.PATH);
		expect(environment.N8N_PORT).toBe('4000');
	});

	it('keeps n8n on loopback', () => {
		expect(n8nEnvironment(PLACE)).toMatchObject({
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_HOST: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: '4001',
			N8N_DIAGNOSTICS_ENABLED: 'false',
		});
	});

	it('leaves out no part that this n8n does not have', () => {
		expect(n8nEnvironment(PLACE).N8N_DISABLED_MODULES).toBe('');
	});

	it('lets a test add and change settings', () => {
		expect(n8nEnvironment(PLACE, { N8N_PORT: '5', X: 'y' })).toMatchObject({
			N8N_PORT: '5',
			X: 'y',
		});
	});
});
