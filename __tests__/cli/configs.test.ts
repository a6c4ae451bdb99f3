// Every config of the project, within this process.
import { bnasHere } from './command.js';
import { testConfigs } from './config_runs.js';

testConfigs(bnasHere);
