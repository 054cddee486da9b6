import { installNewest, versionsUpTo } from '../../harness/newestN8n';
import { NotInRegistry } from '../../harness/npmFailure';

const missing = async (version: string): Promise<void> => {
	throw new NotInRegistry(`${version} asks for a package that is not there`);
};

describe('versionsUpTo', () => {
	it('sorts by number, and leaves out what is not released', () => {
		const versions = ['2.8.4', '2.41.1', '2.41.3', '2.42.0', '2.41.10', '2.41.4-beta.1', '1.123.9'];
		expect(versionsUpTo('2.41.10', versions)).toEqual([
			...['2.41.10', '2.41.3', '2.41.1', '2.8.4', '1.123.9'],
		]);
	});
});

describe('installNewest', () => {
	it('takes the newest', async () => {
		const installed: string[] = [];
		const result = await installNewest(['2.41.3', '2.41.1'], async (version) => {
			installed.push(version);
		});
		expect(result).toEqual({ version: '2.41.3', skipped: [] });
		expect(installed).toEqual(['2.41.3']);
	});

	it('goes on to the next where a version cannot be installed, and says why', async () => {
		const result = await installNewest(['2.41.3', '2.41.1'], async (version) => {
			if (version === '2.41.3') await missing(version);
		});
		expect(result).toEqual({
			version: '2.41.1',
			skipped: [{ version: '2.41.3', reason: '2.41.3 asks for a package that is not there' }],
		});
	});

	it('does not take a broken network, or an n8n that does not start, for that', async () => {
		const broken = async () => {
			throw new Error('the npm registry could not be reached');
		};
		await expect(installNewest(['2.41.3', '2.41.1'], broken)).rejects.toThrow(
			'could not be reached',
		);
	});

	it('gives up where many in a row cannot be installed', async () => {
		const versions = Array.from({ length: 20 }, (_unused, patch) => `2.41.${20 - patch}`);
		await expect(installNewest(versions, missing)).rejects.toThrow(
			/^None of the newest versions of n8n can be installed \(2\.41\.20, .+2\.41\.13\)\.$/,
		);
	});
});
