// Loading a state dict, with the messages of torch/nn/modules/module.py.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

export type StateDict = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;

/** Names that only one side has. */
export interface IncompatibleKeys {
  missing_keys: string[];
  unexpected_keys: string[];
}

/**
 * Copies `state` into `own`, converting dtype and device. Everything is checked before anything is
 * written, so that a refused state dict leaves the module as it was (PyTorch leaves it half
 * loaded).
 *
 * @param owner - class name for the message
 * @throws Error with code `ERR_STATE_DICT` that lists every fault at once
 */
export function loadStateDict(
  owner: string,
  own: ReadonlyMap<string, Tensor>,
  state: StateDict,
  strict: boolean,
): IncompatibleKeys {
  const given = new Map<string, Tensor>(isMap(state) ? state : Object.entries(state));
  const missing_keys = [...own.keys()].filter((key) => !given.has(key));
  const unexpected_keys = [...given.keys()].filter((key) => !own.has(key));

  const faults: string[] = [];
  if (strict && missing_keys.length > 0) {
    faults.push(`Missing key(s) in state_dict: ${quoted(missing_keys)}. `);
  }
  if (strict && unexpected_keys.length > 0) {
    faults.push(`Unexpected key(s) in state_dict: ${quoted(unexpected_keys)}. `);
  }
  const copies: [Tensor, Tensor][] = [];
  for (const [key, target] of own) {
    if (!given.has(key)) continue;
    const source: unknown = given.get(key);
    if (!(source instanceof torch.Tensor)) {
      faults.push(
        `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received ${typeof source}`,
      );
    } else if (size(source) !== size(target)) {
      faults.push(
        `size mismatch for ${key}: copying a param with shape ${size(source)} from checkpoint, the shape in current model is ${size(target)}.`,
      );
    } else {
      copies.push([target, source]);
    }
  }
  if (faults.length > 0) {
    const message = `Error(s) in loading state_dict for ${owner}:\n\t${faults.join('\n\t')}`;
    throw Object.assign(new Error(message), { code: 'ERR_STATE_DICT' });
  }

  torch.no_grad(() => {
    for (const [target, source] of copies) target.copy_(source);
  });
  return { missing_keys, unexpected_keys };
}

// By its tag, because a Map made in another realm is not an instance of ours.
function isMap(state: StateDict): state is ReadonlyMap<string, Tensor> {
  return Object.prototype.toString.call(state) === '[object Map]';
}

function quoted(keys: string[]): string {
  return keys.map((key) => `"${key}"`).join(', ');
}

function size(tensor: Tensor): string {
  return `torch.Size([${tensor.shape.join(', ')}])`;
}
