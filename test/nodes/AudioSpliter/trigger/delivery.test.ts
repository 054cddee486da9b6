import {
	PROCESS_ID,
	readDelivery,
	toDeliveryItem,
	toFoundItem,
} from '../../../../nodes/AudioSpliter/trigger/delivery';

const delivery = {
	...{ event: 'job.completed', jobId: 'job_1', deliveryId: 'del_1', receivedBy: PROCESS_ID },
	data: { status: 'completed' },
};

it('comes back from the stored execution as it went in', () => {
	const stored = JSON.parse(JSON.stringify(toDeliveryItem(delivery))) as { json: unknown };
	expect(readDelivery(stored.json)).toEqual(delivery);
});

it.each([
	[undefined, {}],
	['https://n8n.example.com/webhook/1/webhook', { webhookUrl: expect.stringContaining('/1/') }],
])('of a look says that the job has to be asked for: %s', (webhookUrl, found) => {
	const { json } = toFoundItem({ event: 'job.failed', jobId: 'job_1' }, webhookUrl);
	expect(readDelivery(json)).toEqual({
		...{ event: 'job.failed', jobId: 'job_1', data: {}, receivedBy: PROCESS_ID, found },
	});
});

it.each([
	['nothing', undefined],
	['a list', [delivery]],
	['an item of somebody who tries the node', { id: 'job_1', status: 'completed' }],
	['no job', { ...delivery, jobId: '' }],
	['a number for a job', { ...delivery, jobId: 1 }],
	['no event', { ...delivery, event: undefined }],
	['no process', { ...delivery, receivedBy: undefined }],
	['no data', { ...delivery, data: undefined }],
	['a list of data', { ...delivery, data: [] }],
])('is none: %s', (_what, json) => expect(readDelivery(json)).toBeUndefined());
