/**
 * n8n-workflow for the tests: its own modules, at first those alone that the nodes use. jest loads everything anew for each test
 * file, and the whole, with n8n's language for expressions, takes longer than the tests of most files.
 */
const { dirname, join } = require('node:path');

const folder = join(dirname(require.resolve('n8n-workflow/package.json')), 'dist', 'cjs');
const load = (name) => require(join(folder, name));

const { BINARY_ENCODING } = load('constants');
const { NodeApiError } = load('errors/node-api.error');
const { NodeConnectionTypes } = load('interfaces');
const { NodeOperationError } = load('errors/node-operation.error');
const { sleep } = load('utils');

const parts = { BINARY_ENCODING, NodeApiError, NodeConnectionTypes, NodeOperationError, sleep };

/** Whatever else is asked for is the whole's. */
module.exports = new Proxy(parts, {
	get: (_parts, name) =>
		name in parts || name === '__esModule' ? parts[name] : load('index')[name],
});
