/** What is known of the service's list. */
export interface ListUse {
	isUnderWay: boolean;
	/** Whether it is of no use: there is none, or it lags behind. */
	isOff: boolean;
	/** Looks that brought something. */
	looks: number;
	/** In a row. */
	failures: number;
	/** It is left alone until then, since it has failed; milliseconds since 1970. */
	restsUntil: number;
	/** How often in a row Get Job knew much more than the list. */
	contradictions: number;
	/** A job that Get Job is to be compared with the list by, and what the list said. */
	control?: { id: string; at: number; percent: number };
}

/** What is known of the list before the first look at it. */
export const newListUse = (exists: boolean): ListUse => ({
	...{ isUnderWay: false, looks: 0, contradictions: 0, failures: 0, restsUntil: 0 },
	isOff: !exists,
});
