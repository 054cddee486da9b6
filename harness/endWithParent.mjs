// Loaded by `--import` into n8n and npm: a parent that is killed cannot end its children, so they look for it.
import { setInterval } from 'node:timers';

const parent = process.ppid;

setInterval(() => {
	if (process.ppid === parent) return;
	try {
		// A negative id is the whole process group: n8n's task runner, what npm has started.
		process.kill(-process.pid, 'SIGKILL');
	} catch {
		process.kill(process.pid, 'SIGKILL');
	}
}, 1000).unref();
