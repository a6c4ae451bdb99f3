// How a run computes its supernet: by fused kernels where they serve.
import type { NamedConfig } from '../config/load.js';
import { type Execution, setExecution } from '../models/execution.js';
import type { Supernet } from './networks.js';

/**
 * Has the supernet compute as `config` says, on the device where it is.
 *
 * @returns what was chosen, and why where it is not what was asked for, for people
 */
export function chooseExecution(
  model: Supernet,
  { execution, mode, search }: Pick<NamedConfig, 'execution' | 'mode' | 'search'>,
  device: string,
): string {
  const [chosen, reason] = choice();
  setExecution(model, chosen);
  return reason === '' ? `${chosen} execution` : `${chosen} execution (${reason})`;

  function choice(): [Execution, string] {
    if (execution === 'plain') return ['plain', ''];
    if (device !== 'cpu') return ['plain', `there are no fused kernels for ${device}`];
    if (search.second_order === 'exact') return ['plain', 'second_order: exact derives twice'];
    // Figures of the original come out to the last bits.
    if (execution === 'auto' && mode === 'reference') return ['plain', 'mode: reference'];
    return ['fused', ''];
  }
}
