import type { Benchmark } from '../benchmark';
export const waiting: Benchmark = { title: 'Waiting for a job', run: async () => { throw new Error('x'); } };
