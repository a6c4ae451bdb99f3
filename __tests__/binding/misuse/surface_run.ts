// How lines at the surface are run: their results are looked at and sent a backward pass, and then freed.
import * as torch from 'torch-js';
import { compile, faultOf } from './line.js';
import { vocabulary } from './vocabulary.js';

export function run(line: string): void {
  const before = torch.memory().tensors;
  let fault: string | undefined;
  try {
    torch.tidy(() => use(compile(line, vocabulary)()));
  } catch (error) {
    fault = faultOf(error) ?? mislabelled(error as Error);
  }
  const left = torch.memory().tensors - before;
  if (left !== 0) fault ??= `${left} tensors were left behind`;
  if (!torch.is_grad_enabled()) fault ??= 'gradients are no longer recorded';
  if (fault) throw new Error(`${fault}: ${line}`);
}

function mislabelled(error: Error): string | undefined {
  if (error instanceof Misshapen) return error.message;
  const { code = '' } = error as { code?: string };
  if (String(code).startsWith('ERR_TORCH') === (error.name === 'TorchError')) return undefined;
  return `threw a ${error.name} with the code ${code}: ${error.message}`;
}

/** What is wrong with a result. */
class Misshapen extends Error {
  override readonly name = 'Misshapen';
}

function use(result: unknown): void {
  if (Array.isArray(result)) {
    for (const item of result.slice(0, 4)) use(item);
  }
  if (!(result instanceof torch.Tensor) || result.disposed || result.numel() > 10_000) return;
  if (result.shape.some((size) => size < 0)) throw new Misshapen(`has the shape [${result.shape}]`);
  String(result);
  if (result.requires_grad && result.is_floating_point()) result.sum().backward();
}
