import axios from 'axios';
import type { Sandbox } from '../../sandbox';
import type { Tell } from '../progress';

interface Jobs {
	data: Array<{ id: string; status: string; progress?: number }>;
}

/** Tells every second what AudioSpliter says about its newest job. Returns how to stop. */
export const watchJobs = ({ baseUrl, apiKey }: Sandbox, tell: Tell): (() => void) => {
	const look = async () => {
		const { data } = await axios.get<Jobs>(`${baseUrl}/splits`, {
			params: { limit: 1 },
			headers: { 'X-API-Key': apiKey },
			proxy: false,
		});
		const job = data.data[0];
		if (job) tell(`job ${job.id} is ${job.status}, ${job.progress ?? 0} %`);
	};
	const watching = setInterval(() => {
		// Only a display: a look that fails is one that is missed.
		void look().catch(() => undefined);
	}, 1000);
	return () => clearInterval(watching);
};
