import { byId, runAction } from './support/action';
import { useSandbox } from './support/stage';

const stage = useSandbox();
const show = (x: unknown) => process.stdout.write(JSON.stringify(x, null, 1) + '\n');

it('smoke', async () => {
	const t = Date.now();
	const wait = { pollInterval: 1 };
	const base = { resource: 'splitJob', operation: 'create', sourceUrl: stage.sandbox.fileUrl('talk.mp3'), segmentDuration: 5 };
	const made = await runAction(stage, { ...base, waitOptions: wait }, { items: [{}, {}] });
	show([Date.now() - t, made.items, made.error]);
	const id = made.json[0]?.id as string;
	for (const parameters of [
		{ ...base, waitMode: 'none', splitMode: 'fileSize', maxSegmentSize: 0.02, additionalFields: { outputFormat: 'wav', metadata: { values: [{ key: 'a', value: 'b' }] } } },
		{ ...base, output: 'segments', download: true, waitOptions: wait },
		{ operation: 'get', jobId: byId(id) },
		{ operation: 'getAll', limit: 1 },
		{ operation: 'wait', jobId: byId(id) },
		{ resource: 'segment', operation: 'getAll', jobId: byId(id) },
		{ resource: 'segment', operation: 'download', jobId: byId(id), segments: '0,2' },
		{ operation: 'delete', jobId: byId(id) },
		{ operation: 'delete', jobId: byId(id) },
		{ operation: 'get', jobId: byId(id) },
	]) {
		const t2 = Date.now();
		const { items, error } = await runAction(stage, parameters);
		show([Date.now() - t2, parameters, items, error]);
	}
});
