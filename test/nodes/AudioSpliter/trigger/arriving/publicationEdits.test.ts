import type { Job } from '../../../../../nodes/AudioSpliter/job/types';
import type { Settings } from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';
import { testClock, useTestClock } from '../../n8n/testClock';
import { BOTH, COMPLETED, HOUR, job, MINUTE, node, NOW, OF_A } from './publicationSetup';

useTestClock(NOW);

describe('another credential', () => {
	const published = async () => {
		const trigger = node();
		trigger.publish(BOTH);
		await trigger.learn('job.completed');
		testClock.now = NOW + HOUR;
		return trigger;
	};

	it("brings nothing of its account's history, and all that comes after", async () => {
		const { publish, learn, calls, changeCredential, isLeftOut } = await published();
		changeCredential('two');
		publish(BOTH);
		const history = [job('before', NOW + MINUTE), job('without times')];
		await learn('job.completed', history);
		expect(calls).toEqual(['job.completed']);
		expect(history.map((one) => isLeftOut(one))).toEqual([true, true]);
		expect(isLeftOut(job('after', NOW + 2 * HOUR))).toBe(false);
	});

	it('is none where it is only renamed, or has another key', async () => {
		const { publish, changeCredential, isLeftOut } = await published();
		changeCredential('one', 'Another name');
		publish(BOTH);
		expect(isLeftOut(job('since the publication', NOW + MINUTE))).toBe(false);
	});
});

describe('an edit', () => {
	/** Published with the first settings an hour ago, and with the second now; the list as it is then. */
	const edit = async (first: Settings, second: Settings, ...shown: Job[]) => {
		const edited = node();
		edited.publish(first);
		for (const event of first.events) await edited.learn(event, []);
		testClock.now = NOW + HOUR;
		edited.publish(second);
		for (const event of second.events) await edited.learn(event, shown);
		return edited;
	};

	it.each([
		['before the first publication', NOW - MINUTE, 'a', true],
		['before the edit, and was not meant then', NOW + MINUTE, 'b', true],
		['before the edit, and was meant then', NOW + MINUTE, 'a', false],
		['after the edit', NOW + HOUR + MINUTE, 'b', false],
	])('of a filter: a job that finished %s', async (_when, at, project, isLeftOut) => {
		const { isLeftOut: judge } = await edit(OF_A, BOTH);
		expect(judge(job('x', at, project))).toBe(isLeftOut);
	});

	it.each([
		['before the edit', NOW + MINUTE, true],
		['after the edit', NOW + HOUR + MINUTE, false],
	])('that adds an event: a job that finished %s', async (_when, at, isLeftOut) => {
		const { isLeftOut: judge } = await edit(COMPLETED, BOTH);
		expect(judge(job('x', at), 'job.failed')).toBe(isLeftOut);
		expect(judge(job('y', at), 'job.completed')).toBe(false);
	});

	it('brings nothing that it newly lets through where jobs have no times, and loses nothing that waits', async () => {
		const [meant, other] = [job('meant', undefined, 'a'), job('other', undefined, 'b')];
		const { isLeftOut } = await edit(OF_A, BOTH, meant, other);
		expect(isLeftOut(meant, 'job.failed')).toBe(false);
		expect(isLeftOut(other, 'job.failed')).toBe(true);
		expect(isLeftOut(job('new', undefined, 'b'), 'job.failed')).toBe(false);
	});

	it('that takes an event away and brings it back brings nothing of the time between', async () => {
		const { publish, learn, isLeftOut } = await edit(BOTH, COMPLETED);
		testClock.now += HOUR;
		publish(BOTH);
		const between = job('between');
		await learn('job.failed', [between]);
		expect(isLeftOut(between, 'job.failed')).toBe(true);
		expect(isLeftOut(job('timed', NOW + HOUR + MINUTE), 'job.failed')).toBe(true);
		expect(isLeftOut(job('later'), 'job.failed')).toBe(false);
	});

	it('right after the first publication leaves out nothing that finished since', async () => {
		const { publish, learn, isLeftOut } = node();
		publish(OF_A);
		await learn('job.completed', []);
		testClock.now += 10_000;
		publish({ ...OF_A, events: ['job.completed'] });
		const finished = job('a', NOW + 5_000);
		await learn('job.completed', [finished]);
		expect(isLeftOut(finished)).toBe(false);
	});

	it('while the service was down since the first publication still brings nothing of before', async () => {
		const { publish, learn, isLeftOut } = node();
		publish(OF_A);
		testClock.now += HOUR;
		publish(BOTH);
		const before = [job('a'), job('b', undefined, 'b'), job('c', NOW - HOUR)];
		await learn('job.completed', before);
		expect(before.map((one) => isLeftOut(one))).toEqual([true, true, true]);
	});

	it('is none where the settings stay as they are: after a restart, a rename, another publication', async () => {
		const { publish, learn, calls, rename, read, isLeftOut } = node();
		publish(BOTH);
		await learn('job.completed', [job('a')]);
		testClock.now += HOUR;
		rename();
		publish({ ...BOTH });
		await learn('job.completed', [job('b')]);
		expect(calls).toHaveLength(1);
		expect(read().settings).toMatchObject([{ from: NOW }]);
		expect(isLeftOut(job('c', NOW + MINUTE))).toBe(false);
	});

	it('made very often leaves the latest 20 settings in force', () => {
		const { publish, read, isLeftOut } = node();
		for (let minute = 0; minute < 30; minute++) {
			testClock.now = NOW + minute * MINUTE;
			publish({ ...BOTH, metadata: [['project', String(minute)]] });
		}
		expect(read().settings).toHaveLength(20);
		expect(isLeftOut(job('a', NOW + 29 * MINUTE, '29'))).toBe(false);
		expect(isLeftOut(job('b', NOW + 10 * MINUTE, '10'))).toBe(false);
		expect(isLeftOut(job('c', NOW + 9 * MINUTE, '9'))).toBe(true);
	});
});
