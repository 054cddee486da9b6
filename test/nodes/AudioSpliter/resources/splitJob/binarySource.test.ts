import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishBinary } from '../../../../../nodes/AudioSpliter/resources/splitJob/binarySource';
import { apiContext } from '../../api/support';

const FILE = { fileName: 'talk.mp3', mimeType: 'audio/mpeg', data: 'filesystem-v2' };
const LASTING = 'filesystem-v2:workflows/1/executions/7/binary_data/a';
const TEMPORARY = 'filesystem-v2:workflows/1/executions/temp/binary_data/a';

interface Situation {
	id?: string;
	data?: string;
	mode?: string;
	waitMode?: string;
	saving?: string;
	/** Whether n8n tells the node of its workflow's settings, which older versions do not. */
	tellsSettings?: boolean;
	/** Where n8n says that it is. */
	host?: string;
	isInMemory?: boolean;
	/** Bytes, as n8n's store tells. */
	size?: number | Error;
	/** What reading the file ends with. */
	unreadable?: Error;
	/** Whether the file goes once n8n has found it, and before it is opened. */
	isGone?: boolean;
	/** What storing the file ends with. */
	unstorable?: Error;
	/** Takes what is stored, for a call that throws. */
	stored?: unknown[];
}

const publish = async (situation: Situation) => {
	const { id, data = FILE.data, mode = 'webhook', waitMode = 'poll', saving } = situation;
	const { host = 'https://n8n.example.com', isInMemory = false, stored = [] } = situation;
	const { tellsSettings = true, size = 4, unreadable, isGone, unstorable } = situation;
	const lifetimes: string[] = [];
	const { ctx, sent } = apiContext(() => ({}), {
		getMode: () => mode,
		getExecutionId: () => '7',
		...(tellsSettings && {
			getWorkflowSettings: () => ({ saveDataSuccessExecution: saving }),
		}),
		getNodeParameter: () => waitMode,
		helpers: {
			assertBinaryData: () => ({ ...FILE, data, id }),
			getBinaryMetadata: async () => {
				if (size instanceof Error) throw size;
				return { fileSize: size };
			},
			getBinaryStream: async (from: string) => {
				if (unreadable) throw unreadable;
				if (isGone) return createReadStream('/no/such/file');
				return Readable.from(`stream of ${from}`);
			},
			prepareBinaryData: async (content: unknown, fileName: string, mimeType: string) => {
				// n8n sees to the folder first.
				await sleep(20);
				if (unstorable) throw unstorable;
				stored.push(content instanceof Readable ? await text(content) : content);
				return { fileName, mimeType, ...(!isInMemory && { id: LASTING }) };
			},
			createBinarySignedUrl: (binary: { id: string }, lifetime: string) => {
				lifetimes.push(lifetime);
				return `${host}/rest/binary-data/signed?token=${binary.id}`;
			},
		},
	});
	return { url: await publishBinary(ctx, 'data', 2), stored, lifetimes, sent };
};

it('signs a file that has a lasting place as it is', async () => {
	const { url, stored, lifetimes } = await publish({ id: LASTING });
	expect(url).toBe(`https://n8n.example.com/rest/binary-data/signed?token=${LASTING}`);
	expect(stored).toEqual([]);
	expect(lifetimes).toEqual(['6 hours']);
});

const fileOf = (store: string, execution: string) =>
	`${store}:workflows/1/executions/${execution}/binary_data/a`;

it.each([LASTING, fileOf('s3', '7'), fileOf('azure', '7')])('does not copy %s', async (id) => {
	expect((await publish({ id })).stored).toEqual([]);
});

it.each<[string, Situation, unknown]>([
	[
		'came in with the request that started the execution',
		{ id: TEMPORARY },
		`stream of ${TEMPORARY}`,
	],
	['a Code node made', { data: 'UklGRg==' }, Buffer.from('RIFF')],
	...[
		['the caller of a sub-workflow handed over', fileOf('filesystem-v2', '6')],
		['belongs to an execution with a longer id', fileOf('filesystem-v2', '77')],
		['a caller handed over in S3', fileOf('s3', '6')],
		['a request left in S3', fileOf('s3', 'temp')],
		['lies in the database, whose ids name no execution', 'database:0c9c-7'],
		['belongs to a chat', 'filesystem-v2:chat-hub/sessions/7/messages/7/binary_data/a'],
		['an old n8n stored', 'filesystem:7a'],
	].map(([which = '', id = '']): [string, Situation, unknown] => [
		which,
		{ id },
		`stream of ${id}`,
	]),
])('stores a file anew that %s', async (_which, situation, content) => {
	const { url, stored } = await publish(situation);
	expect(url).toContain(LASTING);
	expect(stored).toEqual([content]);
});

describe('refuses, without a call to the service,', () => {
	it.each<[string, Situation, RegExp]>([
		['an empty file', { id: LASTING, size: 0 }, /^The file 'talk\.mp3' is empty: it has 0 bytes$/],
		['an empty file of a Code node', { data: '' }, /is empty/],
		['a caller’s empty file', { id: fileOf('s3', '6'), size: 0 }, /is empty/],
		[
			'a file that n8n has deleted',
			{ id: LASTING, size: new Error('gone') },
			/^n8n cannot read the file 'talk\.mp3' in its own storage$/,
		],
		[
			'a caller’s file that n8n is deleting',
			{ id: fileOf('filesystem-v2', '6'), unreadable: new Error('gone') },
			/^n8n cannot read the file 'talk\.mp3' in its own storage$/,
		],
		[
			'a caller’s file that n8n deletes before it is opened',
			{ id: fileOf('filesystem-v2', '6'), isGone: true },
			/^n8n cannot read the file 'talk\.mp3' in its own storage$/,
		],
		['files in memory', { data: 'UklGRg==', isInMemory: true }, /keeps files in memory/],
		['localhost', { id: LASTING, host: 'http://localhost:5678' }, /only known inside your own/],
		['a private address', { id: LASTING, host: 'https://10.0.0.7' }, /only known inside your own/],
		['plain http', { id: LASTING, host: 'http://n8n.example.com' }, /http instead of https/],
		[
			'an execution that is gone when it ends',
			{ id: LASTING, waitMode: 'none', saving: 'none' },
			/^The file would be gone/,
		],
	])('%s', async (_what, situation, message) => {
		await expect(publish(situation)).rejects.toMatchObject({
			message: expect.stringMatching(message) as string,
			description: expect.any(String) as string,
			context: { itemIndex: 2 },
		});
	});
});

it.each<[string, Situation]>([
	['by hand', { waitMode: 'none', saving: 'none', mode: 'manual' }],
	['waiting by polling', { waitMode: 'poll', saving: 'none' }],
	['pausing', { waitMode: 'webhook', saving: 'none' }],
	['where executions are saved', { waitMode: 'none', saving: 'all' }],
	['where n8n does not tell whether they are', { waitMode: 'none', tellsSettings: false }],
])('takes a file %s', async (_how, situation) => {
	expect((await publish({ id: LASTING, ...situation })).url).toContain(LASTING);
});

it('copies no file that could not be fetched', async () => {
	const stored: unknown[] = [];
	await expect(publish({ id: TEMPORARY, host: 'http://localhost:5678', stored })).rejects.toThrow(
		'AudioSpliter cannot fetch files from this n8n',
	);
	expect(stored).toEqual([]);
});

it('does not take a full disk for a file that cannot be read', async () => {
	const situation = { id: TEMPORARY, unstorable: new Error('ENOSPC: no space left on device') };
	await expect(publish(situation)).rejects.toThrow(situation.unstorable);
});
