import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { actionWorkflow } from '../support/action';
import { limitJobs, RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import { useEngine } from './support/stage';

const stage = useEngine();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Milliseconds that a busy machine may take for 1,000 creates. */
const LIMIT_MS = 280_000;

jest.setTimeout(LIMIT_MS + 20_000);

/** Megabytes that are in use, and not just not collected yet. */
const used = (): number => {
	collectGarbage();
	return process.memoryUsage().heapUsed / 1024 ** 2;
};

/** Starts a run of so many items and waits until all are submitted. None of their jobs begins. */
const submit = async (count: number) => {
	const { sandbox, runner } = stage;
	const parameters = {
		...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
		sourceUrl: sandbox.fileUrl(RECORDING),
	};
	const items = Array.from({ length: count }, () => ({}));
	sandbox.clearRequests();
	const running = runner.start(runner.save(actionWorkflow(stage, parameters, { items })));
	const posts = () => sandbox.requests().filter(({ method }) => method === 'POST').length;
	await until(() => posts() >= count, { within: LIMIT_MS, every: 100 });
	return running;
};

it('holds little more than the items while 1,000 jobs are waited for', async () => {
	limitJobs(stage.sandbox, 0);
	const first = await submit(5);
	first.cancel();
	await first.idle;
	const before = used();
	const running = await submit(1_000);
	expect(used() - before).toBeLessThanOrEqual(50);
	running.cancel();
	await running.idle;
});
