import { endWithThisProcess } from '../../../harness/processes';
import { FileEnvironment } from '../../support/fileEnvironment';

// jest runs these files in processes of its own, which would leave every n8n behind that a file has started.
endWithThisProcess();

module.exports = FileEnvironment;
