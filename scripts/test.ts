import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from '../harness/folders';
import { installN8n } from '../harness/installN8n';
import { wantedN8nVersion } from '../harness/n8nVersions';
import { build, pack } from '../harness/pack';
import {
	endEverything,
	endWithThisProcess,
	startAttached,
	temporaryFolder,
} from '../harness/processes';
import { progressLine } from './progressLine';
