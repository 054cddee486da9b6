import { pendingKey } from './keys';
import type { Store } from './store';

/** An execution's wish to be the one that emits an event. */
export interface Claim {
	/** What makes the event the same as another. */
	keys: string[];
	/** ID of the execution. */
	execution: string;
	/** Whether other processes write to the same record (queue mode). */
	isShared: boolean;
	/**
	 * Whether the record counts only once it is settled: an event that was lost before then is taken up again, by whoever
	 * meets it.
	 */
	isProvisional?: boolean;
	store: Store;
	/** Aborted when the execution has to end: what it records then must not count. */
	signal?: AbortSignal;
}

/** Tells an execution's own record from another's, where several processes write. */
const ownerOf = ({ execution, keys }: Claim): string => `owner:${execution}:${keys[0]}`;

/** What stays in the record for good. */
export const recordOf = (claim: Claim): string[] =>
	claim.isShared ? [...claim.keys, ownerOf(claim)] : claim.keys;

/** What is recorded until the claim is settled. */
export const allKeysOf = (claim: Claim): string[] =>
	claim.isProvisional === true ? [...recordOf(claim), pendingKey(claim.keys)] : recordOf(claim);

/**
 * What the store's answer says of a claim. `written`: nobody had recorded it before this call. `unsettled`: somebody had, and
 * it is not known to have been emitted.
 */
export function judge(
	claim: Claim,
	{ known, isRepeated }: { known: Set<string>; isRepeated: boolean },
): 'written' | 'own' | 'known' | 'unclear' | 'unsettled' {
	if (!claim.keys.some((key) => known.has(key))) return 'written';
	const isOwn = claim.isShared && known.has(ownerOf(claim));
	// Both were recorded in one call, so a try that broke off has left both or none of them.
	if (claim.isProvisional === true && !isOwn) {
		return known.has(pendingKey(claim.keys)) ? 'unsettled' : 'known';
	}
	if (claim.isShared && !isOwn) return 'known';
	// The try that broke off may have made the record, so it says nothing of who was first.
	if (isRepeated) return 'unclear';
	return isOwn ? 'own' : 'known';
}
