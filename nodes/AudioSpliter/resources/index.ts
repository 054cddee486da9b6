import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readOption } from '../n8n/parameters';
import type { Operation } from './operation';
import { download } from './segment/download';
import { getAll as getAllSegments } from './segment/getAll';
import { create } from './splitJob/create';
import { deleteOperation } from './splitJob/delete';
import { get } from './splitJob/get';
import { getAll as getAllJobs } from './splitJob/getAll';
import { wait } from './splitJob/wait';

interface Resource {
	name: string;
	value: string;
	description: string;
	operations: Operation[];
	defaultOperation: Operation;
}

/** Everything the action node can do: a new operation is one file and one line here. */
const resources: Resource[] = [
	{
		name: 'Segment',
		value: 'segment',
		description: 'A piece of a completed job',
		operations: [download, getAllSegments],
		defaultOperation: getAllSegments,
	},
	{
		name: 'Split Job',
		value: 'splitJob',
		description: 'The splitting of one audio file',
		operations: [create, deleteOperation, get, getAllJobs, wait],
		defaultOperation: create,
	},
];

const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: resources.map(({ name, value, description }) => ({ name, value, description })),
	default: 'splitJob',
};

const operationField = ({ value, operations, defaultOperation }: Resource): INodeProperties => {
	const { value: initial } = defaultOperation.option;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: operations.map(({ option }) => option),
		default: initial,
	};
};

/** Adds the resource and operation to a field's own conditions. */
const fieldsOf = (resource: string, { option, fields }: Operation): INodeProperties[] =>
	fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [option.value], ...field.displayOptions?.show },
		},
	}));

/** The action node's parameters. */
export const properties: INodeProperties[] = [
	resourceField,
	...resources.map(operationField),
	...resources.flatMap(({ value, operations }) =>
		operations.flatMap((operation) => fieldsOf(value, operation)),
	),
];

/**
 * The operation that the node is set to.
 *
 * @throws NodeOperationError for one that the node does not have
 */
export function readOperation(ctx: IExecuteFunctions): Operation {
	const read = (name: string, label: string, allowed: string[], fallback: string) =>
		readOption(ctx, name, 0, { label, allowed, fallback });
	const names = resources.map(({ value }) => value);
	const chosen = read('resource', 'Resource', names, resourceField.default as string);
	const { operations, defaultOperation } = resources[names.indexOf(chosen)] as Resource;
	const values = operations.map(({ option }) => option.value as string);
	const operation = read('operation', 'Operation', values, defaultOperation.option.value as string);
	return operations[values.indexOf(operation)] as Operation;
}
