import { readOutputOptions } from '../../../../nodes/AudioSpliter/output/options';
import { actionContext } from '../resources/support';

it.each(['segment', 'Job', '', ['segments']])(
	'refuses an output that does not exist: %j',
	(output) => {
		expect(() => readOutputOptions(actionContext({ output }).ctx, 0)).toThrow(
			/^'Output' must be 'job' or 'segments', not /,
		);
	},
);
