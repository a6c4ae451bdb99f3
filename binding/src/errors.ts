// What LibTorch's errors become, and the errors of the border; all of them begin at the caller's line.
import { fileURLToPath } from 'node:url';

/** An error out of LibTorch, recognised by `code` (an `instanceof` fails across realms). */
export class TorchError extends Error {
  override readonly name = 'TorchError';
  /** 'ERR_TORCH', or 'ERR_TORCH_DISPOSED' where a tensor was used after it was disposed. */
  readonly code: string;
  /** The error that PyTorch raises for it: 'RuntimeError', 'IndexError', 'NotImplementedError', … */
  readonly kind: string;
  /** The operator that failed: 'aten::conv2d'. */
  readonly operator: string;
  /** The shapes of its tensors, in the order of the arguments. */
  readonly shapes: readonly (readonly number[])[];

  constructor(
    message: string,
    details: {
      code: string;
      kind: string;
      operator: string;
      shapes: readonly (readonly number[])[];
    },
  ) {
    super(message);
    this.code = details.code;
    this.kind = details.kind;
    this.operator = details.operator;
    this.shapes = details.shapes;
    pointAtCaller(this);
  }
}

interface NativeError extends Error {
  code?: string;
  kind?: string;
}

/** Turns an error that the addon threw into a TorchError; any other error comes back as it is. */
export function torchError(
  error: unknown,
  operator: string,
  shapes: readonly (readonly number[])[] = [],
): unknown {
  const native = error as NativeError;
  if (native?.code !== 'ERR_TORCH' && native?.code !== 'ERR_TORCH_DISPOSED') return error;
  const where = shapes.length > 0 ? ` (shapes ${shapes.map(formatShape).join(', ')})` : '';
  const name = operator.replace(/^aten::/, '');
  const prefix = native.message.startsWith(`${name}:`) ? '' : `${name}: `;
  return new TorchError(`${prefix}${native.message}${where}`, {
    code: native.code,
    kind: native.kind ?? 'RuntimeError',
    operator,
    shapes,
  });
}

/** The error for an argument of the wrong kind. */
export function typeError(message: string): TypeError {
  return pointAtCaller(new TypeError(message));
}

/** The error for an argument of the right kind and a wrong value. */
export function rangeError(message: string): RangeError {
  return pointAtCaller(new RangeError(message));
}

// As lines of a stack name them: compiled, or their sources where source maps are on.
const PACKAGE = new URL('../', import.meta.url);
const OURS = ['dist/', 'src/'].flatMap((folder) => {
  const url = new URL(folder, PACKAGE);
  return [url.href, fileURLToPath(url)];
});

/** Takes this package's own lines off the top of an error's stack, so that it begins where the caller called. */
function pointAtCaller<E extends Error>(error: E): E {
  const lines = error.stack?.split('\n') ?? [];
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  if (first < 0) return error;
  // A built-in function above our own lines, such as Array.map, ran one of ours.
  const ours = (line: string) =>
    line.includes('(<anonymous>)') || OURS.some((place) => line.includes(place));
  const caller = lines.findIndex((line, i) => i >= first && !ours(line));
  if (caller > first) error.stack = [...lines.slice(0, first), ...lines.slice(caller)].join('\n');
  return error;
}

function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** @throws TypeError where `fn`, which `caller` is to run, is no function. */
export function requireFunction(caller: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  throw typeError(`${caller}: fn must be a function, but got ${show(fn)}`);
}

/** @throws TypeError where `result`, of the function that `caller` ran, is a promise: it will go on when all is over. */
export function requireSynchronous(caller: string, result: unknown): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') return;
  throw typeError(`${caller}: fn must not be asynchronous, but it returned a promise`);
}

/** A short text of a value for error messages. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) {
    const items = value.slice(0, 4).map(show).join(', ');
    return value.length > 4 ? `[${items}, …] of ${value.length}` : `[${items}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const shape = (value as { shape?: unknown }).shape;
    const name = value.constructor?.name ?? 'an object';
    return Array.isArray(shape) ? `${name} of shape ${formatShape(shape)}` : name;
  }
  return String(value);
}
