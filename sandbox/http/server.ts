import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Worker } from '../jobs/worker';
import { ApiError, envelope, messageOf } from '../world/errors';
import type { OutputFormat } from '../world/types';
import type { World } from '../world/world';
import { CONTENT_TYPES } from './cdn';
import { passGate } from './gate';
import { createRateLimiter } from './rateLimit';
import { addRoutes } from './routes';

/** Where the API and the source files are on their server. */
export const API_PATH = '/api/v1';
export const FILES_PATH = '/files';

/** The server with the API under `/api/v1` and source files under `/files`, not yet listening. */
export function createApiServer(world: World, worker: Worker): FastifyInstance {
	const server = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
	const limiter = createRateLimiter();
	server.setErrorHandler(answerError);
	void server.register(
		async (api) => {
			api.addHook('onRequest', async (request, reply) => {
				await passGate(world, limiter, request, reply);
				if (reply.sent) return reply;
				return undefined;
			});
			// Here too, so that unknown paths of the API have its rate-limit headers.
			api.setNotFoundHandler(async (request) => {
				throw new ApiError(404, 'NOT_FOUND', `There is no ${request.method} ${request.url}`);
			});
			addRoutes(api, world, worker);
		},
		{ prefix: API_PATH },
	);
	server.route<{ Params: { name: string } }>({
		method: ['GET', 'HEAD'],
		url: `${FILES_PATH}/:name`,
		handler: async (request, reply) => {
			world.requests.add('files', request.raw, reply.raw);
			const path = world.options.files.get(request.params.name);
			if (path === undefined) throw new ApiError(404, 'NOT_FOUND', 'There is no such file');
			const type = CONTENT_TYPES[extname(path).slice(1) as OutputFormat];
			void reply
				.type(type ?? 'application/octet-stream')
				.header('Content-Length', (await stat(path)).size);
			return await reply.send(request.method === 'HEAD' ? '' : createReadStream(path));
		},
	});
	return server;
}

async function answerError(
	error: FastifyError | ApiError,
	_request: unknown,
	reply: FastifyReply,
): Promise<void> {
	if (error instanceof ApiError) {
		const { status, code, message, details } = error;
		const extra = details === undefined ? {} : { details };
		await reply.code(status).send(envelope(status, code, message, extra));
		return;
	}
	// The framework's own: no JSON, another content type, a body too long. 413 would be taken for the
	// documented FILE_TOO_LARGE, which is about the source.
	const bad = error.statusCode !== undefined && error.statusCode < 500;
	const status = bad ? 400 : 500;
	const code = bad ? 'INVALID_PARAMS' : 'INTERNAL_ERROR';
	await reply.code(status).send(envelope(status, code, messageOf(error)));
}
