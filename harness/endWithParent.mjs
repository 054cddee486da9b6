// Loaded into n8n by `--import`: a parent that is killed cannot end its children, so they look for it.
import { setInterval } from 'node:timers';

const parent = process.ppid;

setInterval(() => {
	if (process.ppid === parent) return;
	// A negative id is the whole process group, the task runner included.
	process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}, 1000).unref();
