import type { INode } from 'n8n-workflow';
import type { WorkflowDraft } from '../../../harness/workflows';

/** A place on the editor's canvas, in pixels. */
interface Point {
	x: number;
	y: number;
}

interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** A connection as the editor draws it. */
export interface Line {
	from: string;
	to: string;
	points: Point[];
}

// As the editor of n8n 2.41 draws them: nodes, the names below them, and the way back of a line that leads to the left.
const NODE = 96;
const ROOT_NODE_WIDTH = 256;
const LABEL_GAP = 8;
const LABEL_WIDTH = 2 * NODE;
const LETTER_WIDTH = 8;
const LETTER_HEIGHT = 20;
const BACK_BELOW = 130;
const BACK_BESIDE = 40;
const HANDLE = 20;
const STEPS = 60;

const isNote = ({ type }: INode): boolean => type === 'n8n-nodes-base.stickyNote';
const isRoot = ({ type }: INode): boolean => type === '@n8n/n8n-nodes-langchain.agent';
const widthOf = (node: INode): number => (isRoot(node) ? ROOT_NODE_WIDTH : NODE);

export const bodyOf = (node: INode): Box => {
	const [left, top] = node.position;
	return { left, top, right: left + widthOf(node), bottom: top + NODE };
};

/** Where the name stands; a root node has it inside. */
const labelOf = (node: INode): Box | undefined => {
	if (isRoot(node)) return undefined;
	const [left, top] = node.position;
	const width = Math.min(LABEL_WIDTH, node.name.length * LETTER_WIDTH);
	const lines = Math.ceil((node.name.length * LETTER_WIDTH) / LABEL_WIDTH);
	const middle = left + NODE / 2;
	return {
		left: middle - width / 2,
		right: middle + width / 2,
		top: top + NODE + LABEL_GAP,
		bottom: top + NODE + LABEL_GAP + lines * LETTER_HEIGHT,
	};
};

const curve = (from: Point, to: Point): Point[] => {
	const bend = (to.x - from.x) / 2;
	const corners = [from.x, from.x + bend, to.x - bend, to.x];
	const heights = [from.y, from.y, to.y, to.y];
	const bezier = ([a = 0, b = 0, c = 0, d = 0]: number[], t: number): number =>
		a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
	return Array.from({ length: STEPS + 1 }, (_unused, step) => ({
		x: bezier(corners, step / STEPS),
		y: bezier(heights, step / STEPS),
	}));
};

const wayBack = (from: Point, to: Point): Point[] => {
	const corners = [
		from,
		{ x: from.x + BACK_BESIDE, y: from.y },
		{ x: from.x + BACK_BESIDE, y: from.y + BACK_BELOW },
		{ x: to.x - BACK_BESIDE, y: from.y + BACK_BELOW },
		{ x: to.x - BACK_BESIDE, y: to.y },
		to,
	];
	return corners.flatMap((corner, index) => {
		const next = corners[index + 1] ?? corner;
		return Array.from({ length: STEPS }, (_unused, step) => ({
			x: corner.x + ((next.x - corner.x) * step) / STEPS,
			y: corner.y + ((next.y - corner.y) * step) / STEPS,
		}));
	});
};

/** The connections between a workflow's nodes, without those of an agent's model, memory and tools. */
export const linesOf = ({ nodes, connections }: WorkflowDraft): Line[] => {
	const byName = new Map(nodes.map((node) => [node.name, node]));
	return Object.entries(connections).flatMap(([from, { main: outputs = [] }]) =>
		outputs.flatMap((targets, output) =>
			(targets ?? []).map(({ node: to }) => {
				const [source, target] = [byName.get(from), byName.get(to)];
				if (!source || !target) throw new Error(`There is no line from '${from}' to '${to}'.`);
				const start = {
					x: bodyOf(source).right,
					y: source.position[1] + (NODE * (output + 1)) / (outputs.length + 1),
				};
				const end = { x: target.position[0], y: target.position[1] + NODE / 2 };
				const points = start.x - HANDLE > end.x ? wayBack(start, end) : curve(start, end);
				return { from, to, points };
			}),
		),
	);
};

const isInside = ({ x, y }: Point, { left, top, right, bottom }: Box): boolean =>
	x > left && x < right && y > top && y < bottom;

/** What a line runs over, in words: names of nodes, and nodes that it does not belong to. */
export const crossings = (draft: WorkflowDraft): string[] => {
	const nodes = draft.nodes.filter((node) => !isNote(node));
	const found = linesOf(draft).flatMap(({ from, to, points }) =>
		nodes.flatMap((node) => {
			const label = labelOf(node);
			const overLabel = label && points.some((point) => isInside(point, label));
			const overNode =
				![from, to].includes(node.name) && points.some((point) => isInside(point, bodyOf(node)));
			return [
				...(overLabel ? [`${from} → ${to} crosses the name of ${node.name}`] : []),
				...(overNode ? [`${from} → ${to} crosses ${node.name}`] : []),
			];
		}),
	);
	return [...new Set(found)];
};

/** Notes that lie over a node or its name, in words. */
export const coveredByNotes = ({ nodes }: WorkflowDraft): string[] =>
	nodes.filter(isNote).flatMap((note) => {
		const [left, top] = note.position;
		const right = left + Number(note.parameters.width);
		const bottom = top + Number(note.parameters.height);
		return nodes
			.filter((node) => !isNote(node))
			.filter((node) =>
				[bodyOf(node), labelOf(node) ?? bodyOf(node)].some(
					(box) => box.left < right && box.right > left && box.top < bottom && box.bottom > top,
				),
			)
			.map((node) => `${note.name} covers ${node.name}`);
	});
