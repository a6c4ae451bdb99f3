// Weights in files: a module's state dict to and from `.pt` and `.safetensors`, PyTorch's and ours.
import type { Loaded, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { AnyModule } from './module.js';
import type { IncompatibleKeys } from './state_dict.js';

/** What `torch.nn.DataParallel` puts before every name. */
const PARALLEL = 'module.';
/** Counted since PyTorch 0.4.1; older files lack it, and PyTorch loads them as they are. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * Loads the weights of a file into a module, converting dtype and device. All or nothing.
 *
 * @param file - `.safetensors`, else a file of torch.save: a state dict, or a checkpoint that has one as
 * `state_dict`; that of a DataParallel module too
 * @param options - `strict`: refuse missing and unexpected keys (default true); a size always counts
 * @returns the missing and unexpected keys
 * @throws FileFormatError where the file cannot be read; Error with code `ERR_STATE_DICT`, naming the
 * file and every fault, where it does not fit the module
 */
export function loadWeights(
  module: AnyModule,
  file: string,
  { strict = true } = {},
): IncompatibleKeys {
  return torch.tidy(() => {
    const own = module.state_dict();
    const state = withoutPrefix(readState(file), own);
    for (const [name, tensor] of own) {
      if (COUNTER.test(name) && !state.has(name)) state.set(name, tensor);
    }
    try {
      return module.load_state_dict(state, { strict });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_STATE_DICT') throw error;
      throw fault(file, (error as Error).message);
    }
  });
}

/** Writes a module's state dict: `.safetensors`, else `.pt`. The file is there whole or not at all. */
export function saveWeights(module: AnyModule, file: string): void {
  torch.tidy(() => {
    const state = new Map(
      Array.from(module.state_dict(), ([name, tensor]) => [name, tensor.detach()]),
    );
    if (isSafetensors(file)) torch.safetensors.save_file(state, file, { format: 'pt' });
    else torch.save(state, file);
  });
}

function readState(file: string): Map<string, Tensor> {
  if (isSafetensors(file)) return torch.safetensors.load_file(file);
  const loaded = namedValues(torch.load(file, { map_location: 'cpu' }));
  const state = namedValues(loaded?.get('state_dict')) ?? loaded;
  if (!state)
    throw fault(file, 'it holds neither a state dict nor a dict with one as "state_dict"');
  if (![...state.keys()].every((name) => typeof name === 'string')) {
    throw fault(file, 'the names of its state dict are not all texts');
  }
  // What is no tensor, load_state_dict refuses by name.
  return state as Map<string, Tensor>;
}

/** The entries of a dict or OrderedDict; undefined for what is neither. */
function namedValues(value: Loaded | undefined): Map<unknown, Loaded> | undefined {
  if (value instanceof Map) return value;
  const isDict = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isDict && !(value instanceof torch.Tensor) ? new Map(Object.entries(value)) : undefined;
}

function withoutPrefix(
  state: Map<string, Tensor>,
  own: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  const names = [...state.keys()];
  const isParallel = names.every((name) => name.startsWith(PARALLEL) && !own.has(name));
  if (!isParallel) return new Map(state);
  return new Map(Array.from(state, ([name, tensor]) => [name.slice(PARALLEL.length), tensor]));
}

function isSafetensors(file: string): boolean {
  return file.endsWith('.safetensors');
}

function fault(file: string, message: string): Error {
  return Object.assign(new Error(`${file}: ${message}`), { code: 'ERR_STATE_DICT' });
}
