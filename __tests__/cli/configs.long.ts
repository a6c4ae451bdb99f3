// Every config of the project, each run as a process of its own.
import { bnas } from './command.js';
import { testConfigs } from './config_runs.js';

testConfigs((args, cwd) => bnas(args, { cwd }));
