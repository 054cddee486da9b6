import { FileEnvironment } from './fileEnvironment';

module.exports = FileEnvironment;
