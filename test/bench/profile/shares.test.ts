import type { Profile } from '../../../bench/profile/shares';
import { timeByPart } from '../../../bench/profile/shares';

const MODULES = '/n8n/node_modules';
const node = (id: number, functionName: string, url = '', children: number[] = []) => ({
	id,
	callFrame: { functionName, url },
	children,
});

const profile = (nodes: Profile['nodes'], looks: Array<[id: number, ms: number]>): Profile => ({
	nodes,
	samples: looks.map(([id]) => id),
	timeDeltas: looks.map(([, ms]) => ms * 1000),
});

describe('timeByPart', () => {
	it('gives time to the innermost part, and to the rest what belongs to none', () => {
		const nodes = [
			node(1, '(root)', '', [2, 3, 9]),
			node(2, '(idle)'),
			node(
				3,
				'executeWebhook',
				`file://${MODULES}/n8n/dist/webhooks/webhook-helpers.js`,
				[4, 6, 8],
			),
			node(4, 'webhook', `file://${MODULES}/n8n-nodes-audiospliter/dist/trigger.js`, [5]),
			node(5, 'deepCopy', `file://${MODULES}/n8n-workflow/dist/cjs/utils.js`),
			node(6, 'acquire', `file://${MODULES}/@n8n/expression-runtime/dist/evaluator.js`, [7]),
			node(7, 'Isolate'),
			node(8, 'query', `${MODULES}/@n8n/typeorm/driver/sqlite.js`, [10]),
			node(9, '(garbage collector)'),
			node(10, 'update', `${MODULES}/n8n-nodes-audiospliter-baselines/empty.js`),
		];
		const looks: Array<[number, number]> = [
			...([
				[1, 1],
				[2, 2],
				[3, 4],
				[4, 8],
				[5, 16],
			] as Array<[number, number]>),
			...([
				[6, 32],
				[7, 64],
				[8, 128],
				[9, 256],
				[10, 512],
			] as Array<[number, number]>),
		];
		expect(timeByPart(profile(nodes, looks))).toEqual({
			...{ idle: 2, rest: 5, trigger: 8 + 16 + 512, expressions: 96, database: 128 },
			...{ garbage: 256, profiler: 0 },
		});
	});

	it("knows n8n's Webhook node, the path of the expression engine, and its own recorder", () => {
		const nodes = [
			node(1, '(root)', '', [2, 3, 4, 5]),
			node(2, 'createBridge', `file://${MODULES}/n8n-workflow/dist/cjs/expression.js`),
			node(3, 'post', 'node:inspector'),
			node(4, 'webhook', `file://${MODULES}/n8n-nodes-base/dist/nodes/Webhook/Webhook.node.js`),
			node(5, 'execute', `file://${MODULES}/n8n-nodes-base/dist/nodes/NoOp/NoOp.node.js`),
		];
		const time = timeByPart(
			profile(nodes, [
				[2, 3],
				[3, 7],
				[4, 11],
				[5, 13],
			]),
		);
		expect(time).toMatchObject({ expressions: 3, profiler: 7, trigger: 11, rest: 13 });
	});
});
