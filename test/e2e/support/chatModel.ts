import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

/** A tool as it is described to a chat model. */
export interface OfferedTool {
	name: string;
	description: string;
	parameters: { properties?: Record<string, { type?: string; description?: string }> };
}

interface ChatRequest {
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{ function: OfferedTool }>;
	stream?: boolean;
}

/** A stand-in for a chat model with OpenAI's interface: it calls one tool, then answers with what the tool said. */
export interface ChatModel {
	/** For the credential `openAiApi`. */
	url: string;
	/** The arguments of the next tool call, and whose it is; the first tool's by default. */
	callWith(args: object, tool?: string): void;
	/** The tools that were offered last. */
	tools(): OfferedTool[];
	/** What the tool said, as the model got it. */
	toolSaid(): string;
	close(): Promise<void>;
}

const textOf = (content: unknown): string =>
	typeof content === 'string' ? content : JSON.stringify(content);

export async function startChatModel(): Promise<ChatModel> {
	let args: object = {};
	let wanted: string | undefined;
	let tools: OfferedTool[] = [];
	let said = '';
	const server = fastify({ forceCloseConnections: true, bodyLimit: 100 * 1024 ** 2 });

	const reply = ({ messages, tools: offered = [] }: ChatRequest) => {
		tools = offered.map(({ function: tool }) => tool);
		const last = messages.at(-1);
		if (last?.role === 'tool') {
			said = textOf(last.content);
			return { message: { role: 'assistant', content: 'Done.' }, finish_reason: 'stop' };
		}
		const call = { name: wanted ?? tools[0]?.name ?? '', arguments: JSON.stringify(args) };
		return {
			message: {
				role: 'assistant',
				content: null,
				tool_calls: [{ id: 'call_1', type: 'function', function: call }],
			},
			finish_reason: 'tool_calls',
		};
	};

	server.post<{ Body: ChatRequest }>('/v1/chat/completions', async ({ body }, response) => {
		const { message, finish_reason } = reply(body);
		const common = { id: 'chat_1', created: 0, model: 'stand-in' };
		const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
		if (body.stream !== true) {
			const choices = [{ index: 0, message, finish_reason }];
			return { ...common, object: 'chat.completion', choices, usage };
		}
		const delta = {
			...message,
			...('tool_calls' in message && {
				tool_calls: message.tool_calls?.map((call, index) => ({ ...call, index })),
			}),
		};
		const chunk = {
			...{ ...common, object: 'chat.completion.chunk' },
			choices: [{ index: 0, delta, finish_reason }],
		};
		return await response
			.type('text/event-stream')
			.send(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
	});

	await server.listen({ host: '127.0.0.1', port: 0 });
	const { port } = server.server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/v1`,
		callWith(given, tool) {
			args = given;
			wanted = tool;
			said = '';
		},
		tools: () => tools,
		toolSaid: () => said,
		close: async () => await server.close(),
	};
}
