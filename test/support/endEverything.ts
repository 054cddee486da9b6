import { endEverything } from '../../harness/processes';

module.exports = endEverything;
