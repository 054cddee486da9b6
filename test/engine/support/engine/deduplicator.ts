import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

/** A row of n8n's table `processed_data`. */
interface Row {
	mode: string;
	data: string[];
}

const hashOf = (value: DeduplicationItemTypes): string =>
	createHash('md5').update(value.toString()).digest('base64');

const keyOf = (scope: DeduplicationScope, { node, workflow }: ICheckProcessedContextData) =>
	`${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;

/**
 * What n8n keeps processed entries in, with its table in memory: one row for a workflow and node, read, changed and written
 * back as a whole. Calls that overlap lose entries, as they do there.
 */
export class TableDeduplicator implements IDataDeduplicator {
	private readonly rows = new Map<string, string>();

	/** A database takes its time, in which other calls go on. */
	private async read(key: string): Promise<Row | undefined> {
		await setImmediate();
		const text = this.rows.get(key);
		return text === undefined ? undefined : (JSON.parse(text) as Row);
	}

	private async write(key: string, row: Row): Promise<void> {
		await setImmediate();
		this.rows.set(key, JSON.stringify(row));
	}

	private async insert(key: string, row: Row): Promise<void> {
		await setImmediate();
		if (this.rows.has(key)) throw new Error('SQLITE_CONSTRAINT: UNIQUE constraint failed');
		this.rows.set(key, JSON.stringify(row));
	}

	async checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
		{ mode, maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		if (mode !== 'entries') throw new Error(`The table here knows no mode '${mode}'.`);
		const key = keyOf(scope, context);
		const row = await this.read(key);
		const hashes = items.map(hashOf);
		if (row === undefined) {
			await this.insert(key, { mode, data: maxEntries ? hashes.slice(-maxEntries) : hashes });
			return { new: items, processed: [] };
		}
		const known = new Set(row.data);
		const output: IDeduplicationOutput = { new: [], processed: [] };
		hashes.forEach((hash, index) => {
			const item = items[index] as DeduplicationItemTypes;
			if (known.has(hash)) return output.processed.push(item);
			row.data.push(hash);
			return output.new.push(item);
		});
		await this.write(key, { mode, data: maxEntries ? row.data.slice(-maxEntries) : row.data });
		return output;
	}

	async removeProcessed(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		const key = keyOf(scope, context);
		const row = await this.read(key);
		if (row === undefined) return;
		const removed = new Set(items.map(hashOf));
		await this.write(key, { ...row, data: row.data.filter((hash) => !removed.has(hash)) });
	}

	async clearAllProcessedItems(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		this.rows.delete(keyOf(scope, context));
	}

	async getProcessedDataCount(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<number> {
		return (await this.read(keyOf(scope, context)))?.data.length ?? 0;
	}
}
