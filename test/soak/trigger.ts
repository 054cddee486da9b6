import type { N8n } from '../../harness/n8n';
import { startN8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { SandboxOptions } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { fuzz } from '../rounds/trigger/fuzz';
import { kills } from '../rounds/trigger/kills';
import { edits, rotations } from '../rounds/trigger/lifeCycle';
import { outage, recordOutage } from '../rounds/trigger/outage';
import { untilRegistered } from '../rounds/trigger/place';
import { lateAnswers } from '../rounds/trigger/slots';
import type { Played } from '../rounds/trigger/storm';
import { overlapping, redeliverAll, redelivered } from '../rounds/trigger/storm';
import { check } from './check';
import { LOOKS_PARTS } from './looks';
import type { Part } from './part';
import type { Suite } from './suite';

/** Milliseconds between signs of life. */
const TICK = 60_000;

/** A documented minute lasts a second; 16 deliveries at a time. */
const SENDER: SandboxOptions = { timeScale: 60, webhookConcurrency: 16 };

const checkOnce = (figures: Record<'events' | 'emitted' | 'lost' | 'repeated', number>): void => {
	const { events, emitted, lost, repeated } = figures;
	check(emitted === events && lost === 0, `${events} of ${events} events are emitted`);
	check(repeated === 0, 'none is emitted twice');
};

const PART: Record<string, Part> = {
	fuzz: {
		run: async (stage, { seed }, of) => {
			const result = await fuzz(stage, { requests: of(10_000), seed });
			console.log('Requests of every kind of wrongness:', result);
			check(result.forgeriesAccepted === 0, 'no forgery is accepted');
			check(result.answersOf5xx === 0, 'no answer of the trigger is a 5xx');
			check(result.unexpectedAnswers === 0, "each answer is the contract's");
			check(result.neverAnswered === 0, 'every request is answered');
			check(result.executions === result.executionsExpected, 'no execution too many, or too few');
			check(result.unforeseenErrors === 0, 'the trigger threw nothing it has no sentence for');
			check(result.replaysEmitted === 0, 'what was emitted is known when it comes again');
			check(result.aliveAfterwards, 'n8n is alive');
		},
	},

	storm: {
		run: async (stage, { seed }, of) => {
			const [events, deliveries, distinct] = [of(100), of(1_000), of(600)];
			const played: Played[] = [];
			for (const ids of ['kept', 'new'] as const) {
				const storm = await overlapping(stage, { events, deliveries, ids, seed });
				console.log(`Overlapping deliveries, delivery ID ${ids}:`, storm.figures);
				checkOnce(storm.figures);
				const twice = await redelivered(stage, { events: distinct, atOnce: 16, ids });
				console.log(`Delivered again once answered, delivery ID ${ids}:`, twice.figures);
				checkOnce(twice.figures);
				check(twice.figures.remembered === distinct, `${distinct} are remembered`);
				played.push(storm.played, twice.played);
			}
			await stage.n8n.restart();
			for (const { url } of played) await untilRegistered(stage, url);
			for (const ids of ['kept', 'new'] as const) {
				const again = await redeliverAll(stage, played, ids);
				console.log(`All of it after a restart, delivery ID ${ids}:`, again);
				check(again.delivered === 2 * (events + distinct), 'all of it is acknowledged');
				check(again.emitted === 0, 'nothing is emitted again');
			}
		},
	},

	kills: {
		// The fifth attempt comes after 78 s, which outlasts a restart on a busy machine.
		sandbox: { timeScale: 120, webhookConcurrency: 16 },
		run: async (stage, { seed }, of) => {
			const [events, times] = [of(500), Math.max(2, of(20))];
			const result = await kills(stage.n8n, stage, { events, kills: times, seed });
			console.log('Killed while events arrived:', result);
			check(result.delivered === events, 'every event is acknowledged in the end');
			// What n8n itself answers while it starts never reaches the trigger.
			const own = result.acknowledgedWhileStarting;
			check(result.stored >= events - own, 'every event that the trigger was given is stored');
			check(result.lost <= own, 'no event that the trigger was given is lost');
			check(result.repeated <= times, 'at most one event for each kill is emitted twice');
		},
	},

	outage: {
		run: async (stage, { install }, of) => {
			for (const how of ['locked', 'full', 'data full'] as const) {
				const result = await outage(stage.n8n, install.node, stage, how, of(100));
				console.log(`Database ${how}:`, result);
				check(result.acknowledgedDuringOutage === 0, 'nothing is acknowledged meanwhile');
				checkOnce(result);
			}
			const result = await recordOutage(stage.n8n, install.node, stage, of(40));
			console.log('Executions stored, records not:', result);
			check(result.emittedDuringOutage === 0, 'nothing is emitted meanwhile');
			checkOnce(result);
		},
	},

	life: {
		run: async (stage, _options, of) => {
			const edited = await edits(stage, of(800));
			console.log('Renamed, edited, published, deactivated, activated meanwhile:', edited);
			checkOnce(edited);
			check(edited.deliveredAgain === edited.events, 'all of it is acknowledged again');
			check(edited.emittedAgain === 0, 'nothing is emitted again afterwards');
			const rotated = await rotations(stage, of(800));
			console.log('Signing secret replaced meanwhile:', rotated);
			checkOnce(rotated);
			check(
				rotated.oldAfterNew.every((status) => status === 401),
				'once the new secret was used, an older one is refused',
			);
			check(
				rotated.newAtOnce.every((status) => status === 200),
				'the new secret is accepted',
			);
			check(rotated.secondsUntilRefused <= 15, 'the old secret lives for ten seconds');
		},
	},

	slots: {
		// Here the sender's 30 seconds last one and a half.
		sandbox: { timeScale: 20, webhookTimeoutMs: 1_500, webhookConcurrency: 16 },
		env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' },
		run: async (stage, _options, of) => {
			// Three seconds each: all are emitted when the fourth attempt comes, after 108 s, and the schedule ends there.
			const result = await lateAnswers(stage, { events: Math.max(3, of(20)), seconds: 3 });
			console.log('One execution at a time, each slower than the sender waits:', result);
			check(result.timedOut > 0, 'some answers came too late');
			checkOnce(result);
		},
	},

	...LOOKS_PARTS,
};

export const PARTS = Object.keys(PART);

export const trigger: Suite = async (options) => {
	const { install, tarball, parts, quick } = options;
	const of = (size: number) => (quick ? Math.ceil(size / 20) : size);
	let shared: N8n | undefined;
	for (const [name, { sandbox: sender = SENDER, env, run }] of Object.entries(PART)) {
		if (parts.length > 0 && !parts.includes(name)) continue;
		const started = Date.now();
		const secondsSoFar = () => Math.round((Date.now() - started) / 1000);
		const ticking = setInterval(() => console.log(`… ${name}: ${secondsSoFar()} s`), TICK).unref();
		const sandbox = await startSandbox(sender);
		const n8n = (env ? undefined : shared) ?? (await startN8n({ install, tarball, env }));
		if (!env) shared = n8n;
		const { client, url } = n8n;
		const credential = await sandboxCredential(client, sandbox);
		await run({ client, url, sandbox, credential, n8n }, options, of);
		clearInterval(ticking);
		console.log(`${name}: ${secondsSoFar()} s; n8n holds ${Math.round(n8n.residentMemory())} MB`);
		if (env) await n8n.stop();
		await sandbox.close();
	}
	await shared?.stop();
};
