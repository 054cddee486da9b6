// Brings docs/parameters.md up to what the nodes' descriptions say.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../harness/folders';
import { withSections } from './parameters/sections';

const path = join(repository, 'docs', 'parameters.md');
writeFileSync(path, withSections(readFileSync(path, 'utf8')));
