import { findClusterPrograms } from '../../../harness/cluster/programs';

const path = process.env.PATH;

afterEach(() => {
	process.env.PATH = path;
});

it('says in one line what to install where a program is missing', () => {
	process.env.PATH = '/nowhere';
	expect(findClusterPrograms()).toEqual({
		missing: expect.stringMatching(/^[^\n]*apt-get install [^\n]*redis-server[^\n]*$/),
	});
});
