/** Ends the handling of a request with an answer other than 200. The message is the answer's text: the sender reads it. */
export class Refused extends Error {
	/** @param status HTTP status, never a 5xx for anything that a sender can send */
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
		this.name = 'Refused';
	}
}
