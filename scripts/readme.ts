// Brings the operation reference of the README up to what the nodes' descriptions say.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../harness/folders';
import { withSections } from './readme/sections';

const path = join(repository, 'README.md');
writeFileSync(path, withSections(readFileSync(path, 'utf8')));
