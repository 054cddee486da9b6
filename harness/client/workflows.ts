import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowDraft } from '../workflows';
import type { Session } from './session';
import { N8nRequestError } from './session';

export interface SavedWorkflow extends WorkflowDraft {
	id: string;
	versionId: string;
	active: boolean;
}

interface PublicationStatus {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	liveVersionId: string | null;
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

const ACTIVATION_LIMIT = 60_000;

/** n8n's REST calls about workflows, as the editor makes them. @throws N8nRequestError */
export const workflowCalls = ({ call }: Session) => {
	/** `undefined` where this n8n activates before it answers (before 2.3x), and keeps no such status. */
	const publicationOf = async (id: string): Promise<PublicationStatus | undefined> => {
		try {
			return await call<PublicationStatus>('GET', `/rest/workflows/${id}/publication-status`);
		} catch (error) {
			if (error instanceof N8nRequestError && error.status === 404) return undefined;
			throw error;
		}
	};

	const getWorkflow = async (id: string): Promise<SavedWorkflow> =>
		await call<SavedWorkflow>('GET', `/rest/workflows/${id}`);

	return {
		getWorkflow,

		createWorkflow: async (draft: WorkflowDraft): Promise<SavedWorkflow> =>
			await call<SavedWorkflow>('POST', '/rest/workflows', {
				active: false,
				settings: {},
				...draft,
			}),

		/** Saves a draft over a workflow. An active one goes on with what was active until it is activated again. */
		updateWorkflow: async (id: string, draft: Partial<WorkflowDraft>): Promise<SavedWorkflow> => {
			const { versionId } = await getWorkflow(id);
			return await call<SavedWorkflow>('PATCH', `/rest/workflows/${id}`, { ...draft, versionId });
		},

		/**
		 * Activates the workflow as it was last saved, and waits until its triggers are really registered:
		 * n8n's answer comes a second or two before that.
		 *
		 * @throws with the trigger's own message where a trigger refuses
		 */
		activate: async (id: string): Promise<void> => {
			const { versionId } = await getWorkflow(id);
			await call('POST', `/rest/workflows/${id}/activate`, { versionId });
			const deadline = Date.now() + ACTIVATION_LIMIT;
			for (;;) {
				const publication = await publicationOf(id);
				if (!publication) return;
				const { status, liveVersionId, triggers } = publication;
				if (status === 'published' && liveVersionId === versionId) return;
				if (status === 'failed' || status === 'partial') {
					const why = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
					throw new Error(`The workflow could not be activated: ${why.join(' / ')}`);
				}
				if (Date.now() > deadline) {
					throw new Error(
						`Workflow ${id} was not active after ${ACTIVATION_LIMIT / 1000} s (${status}).`,
					);
				}
				await sleep(100);
			}
		},

		/** Takes the workflow out of service, and waits until its webhooks are gone. */
		deactivate: async (id: string): Promise<void> => {
			await call('POST', `/rest/workflows/${id}/deactivate`, {});
			const deadline = Date.now() + ACTIVATION_LIMIT;
			while (Date.now() < deadline) {
				const publication = await publicationOf(id);
				if (!publication || publication.status === 'not_published') return;
				await sleep(100);
			}
			throw new Error(`Workflow ${id} was still active after ${ACTIVATION_LIMIT / 1000} s.`);
		},
	};
};
