/** Odd values, by their names, or all but some. */
type Values = string[] | { allBut: string[] };

/**
 * Parameters, by operation, with the odd values that the node takes today as if they were its defaults, or refuses without naming
 * the parameter. Each is a test that fails as it should: once the node is mended, its entry here goes.
 */
export const KNOWN_FAULTS: Array<{ parameters: string[]; values: Values }> = [
	{ parameters: ['segment download segments'], values: ['null'] },
	{
		parameters: [
			'segment download binaryPropertyName',
			'splitJob create outputBinaryPropertyName',
			'splitJob wait outputBinaryPropertyName',
		],
		values: {
			allBut: [
				'an empty text',
				'a NUL',
				'a number as text',
				'a huge number as text',
				'a number with a unit',
				'a German number',
				'NaN as text',
				'null as text',
				'undefined as text',
				'[object Object]',
				'__proto__',
				'constructor',
				'toString',
				'5,000 characters',
				'a path',
				'markup',
				'an emoji',
				'a file address',
				'a script address',
			],
		},
	},
	{
		parameters: [
			'splitJob create source',
			'splitJob create splitMode',
			'splitJob create waitMode',
			'splitJob create output',
			'splitJob wait output',
		],
		values: { allBut: [] },
	},
	{
		parameters: ['splitJob create download', 'splitJob getAll returnAll', 'splitJob wait download'],
		values: { allBut: ['false', 'true'] },
	},
	{
		parameters: [
			'splitJob create additionalFields',
			'splitJob create additionalFields.metadata',
			'splitJob create waitOptions',
			'splitJob create waitOptions (pause)',
			'splitJob getAll filters',
			'splitJob wait waitOptions',
		],
		values: {
			allBut: [
				'null',
				'an empty text',
				'a space',
				'a line break',
				'an empty object',
				'an object',
				'an object with a value',
				'an object with a length',
				'an object with __proto__',
				'{{ undefined }}',
				'{{ $json.nothing }}',
				'{{ DateTime.fromISO("no date") }}',
			],
		},
	},
	{
		parameters: ['splitJob create additionalFields.metadata.values.key'],
		values: [
			'an empty object',
			'a list of texts',
			'an object',
			'an object with a value',
			'an object with a length',
			'an object with __proto__',
			'{{ new Date("no date") }}',
			'{{ DateTime.fromISO("no date") }}',
		],
	},
	{
		parameters: [
			'splitJob create additionalFields.outputFormat',
			'splitJob create additionalFields.webhookUrl',
			'splitJob getAll filters.status',
		],
		values: ['an empty list', 'a list of nothing', 'a list of lists'],
	},
	{
		parameters: ['splitJob create waitOptions.onTimeout', 'splitJob wait waitOptions.onTimeout'],
		values: {
			allBut: [
				'null',
				'an empty text',
				'a space',
				'a line break',
				'{{ undefined }}',
				'{{ $json.nothing }}',
			],
		},
	},
	{ parameters: ['splitJob delete jobId'], values: ['{{ NaN }}', '{{ Infinity }}'] },
];

/** Whether the node is known to treat a value of a parameter wrongly. */
export const isKnownFault = (parameter: string, value: string): boolean =>
	KNOWN_FAULTS.some(
		({ parameters, values }) =>
			parameters.includes(parameter) &&
			(Array.isArray(values) ? values.includes(value) : !values.allBut.includes(value)),
	);
