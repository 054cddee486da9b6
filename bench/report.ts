import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { format, resolveConfig } from 'prettier';
import { repository } from '../harness/folders';
import type { Report, ReportTable } from './benchmark';
import { barChart } from './chart';
import { machine } from './machine';

/** Where the page and the charts are kept. */
export const DOCS = join(repository, 'docs');
const PAGE = 'benchmarks.md';

const HEADER = `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- NAME\` measures one of them again. All that is compared ran on the same machine in the same run, in turns, so the ratios hold where the absolute numbers do not. A number in brackets is the lowest and the highest round. A goal for every round is judged by the worst one; a goal about a ratio is judged by the median of the pairs, and decided only where its 95 % interval lies on one side of the goal.`;

export const textTable = ({ title, head, rows }: ReportTable): string => {
	const table = new Table({ head, style: { head: [], border: [] } });
	table.push(...rows);
	return `${title}\n${table.toString()}`;
};

const cells = (row: string[]): string =>
	`| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const markdownTable = ({ title, head, rows }: ReportTable): string =>
	[
		`**${title}**\n`,
		cells(head),
		cells(head.map((_name, column) => (column === 0 ? '---' : '---:'))),
		...rows.map(cells),
	].join('\n');

const sectionOf = (name: string, title: string, report: Report, n8nVersion: string): string =>
	[
		`## ${title}`,
		report.method,
		...Object.entries(report.charts).map(([chart, { title: alt }]) => `![${alt}](${chart}.svg)`),
		...report.tables.map(markdownTable),
		report.findings.map((finding) => `- ${finding}`).join('\n'),
		`Measured with \`npm run bench -- ${name}\` on ${new Date().toISOString().slice(0, 10)}: ${machine(n8nVersion)}.`,
	].join('\n\n');

const marked = (name: string, text: string): string =>
	`<!-- ${name} -->\n\n${text}\n\n<!-- end of ${name} -->`;

const sectionPattern = (name: string): RegExp =>
	new RegExp(`<!-- ${name} -->[^]*?<!-- end of ${name} -->`);

/** Which benchmark a report is of, and where it goes. */
interface Place extends Record<'name' | 'title' | 'n8nVersion', string> {
	/** Those of all benchmarks, in the order of their sections. */
	names: string[];
	/** It gets `benchmarks.md` and the charts. */
	folder: string;
}

/** Puts a benchmark's report into `benchmarks.md`, where it replaces its own section only, and draws its charts. */
export async function writeReport(
	{ name, names, title, n8nVersion, folder }: Place,
	report: Report,
): Promise<void> {
	const file = join(folder, PAGE);
	mkdirSync(folder, { recursive: true });
	for (const [chart, bars] of Object.entries(report.charts)) {
		writeFileSync(join(folder, `${chart}.svg`), barChart(bars));
	}
	const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
	const sections = names.map((other) =>
		other === name
			? marked(name, sectionOf(name, title, report, n8nVersion))
			: sectionPattern(other).exec(before)?.[0],
	);
	const text = [HEADER, ...sections.filter((section) => section !== undefined)].join('\n\n');
	const style = await resolveConfig(join(DOCS, PAGE));
	writeFileSync(file, await format(text, { ...style, parser: 'markdown' }));
}
