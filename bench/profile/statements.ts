import { temporaryFolder } from '../../harness/processes';
import type { BenchContext } from '../benchmark';
import type { ActiveContender, Contender } from '../intake/contenders';
import { load, newDeliveries } from '../intake/load';
import { onStage } from '../intake/stage';
import { record, recording } from './record';

/** What n8n asked of its database. */
export interface Statements {
	reads: number;
	writes: number;
	transactions: number;
}

/** The statements for one delivery, by how many deliveries came at once. */
export interface Counted {
	contender: ActiveContender;
	perDelivery: Map<number, Statements>;
}

/** Counts what each contender costs the database. Counts hardly vary, so there is one round. */
export async function countStatements(
	context: BenchContext,
	contenders: Contender[],
	{ atOnce, deliveries }: { atOnce: number[]; deliveries: number },
): Promise<Counted[]> {
	const folder = temporaryFolder('statements');
	return await onStage(
		context,
		recording('countStatements.mjs', folder),
		async (stage, activate) => {
			const counted: Counted[] = [];
			for (const contender of await activate(contenders)) {
				const perDelivery = new Map<number, Statements>();
				// The first deliveries fill n8n's caches.
				await load(stage, contender, newDeliveries(8), 8);
				for (const count of atOnce) {
					context.tell(`counting statements, ${count} at a time: ${contender.label}`);
					const { reads, writes, transactions } = await record<Statements>(
						stage.n8n,
						folder,
						async () => await load(stage, contender, newDeliveries(deliveries), count),
					);
					perDelivery.set(count, {
						reads: reads / deliveries,
						writes: writes / deliveries,
						transactions: transactions / deliveries,
					});
				}
				counted.push({ contender, perDelivery });
			}
			return counted;
		},
	);
}
