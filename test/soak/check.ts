/** Says whether something holds; if it does not, the command fails. */
export const check = (holds: boolean, what: string): void => {
	console.log(`${holds ? 'holds' : 'FAILS'}: ${what}`);
	if (!holds) process.exitCode = 1;
};
