// Reads results from the mailbox by their codes; the layout is the one that native/dispatch.cc writes.
import { addon, type TypeDescription } from './addon.js';
import { Kind, ScalarTag } from './arguments.js';
import { deviceName } from './device.js';
import { dtypeOf } from './dtype.js';
import { LAYOUTS, MEMORY_FORMATS } from './layout.js';
import { integerWidth, numbers, readInteger } from './mailbox.js';
import type { Keywords, Overload } from './operators.js';
import { Tensor } from './tensor.js';

// Where the next value is read; reading never calls back into JavaScript, so one cursor is enough.
let cursor = 0;

/** The results of a call: nothing, one value, or an array of them. */
export function readResults(
  overload: Overload,
  given: readonly unknown[],
  keywords: Keywords | undefined,
): unknown {
  cursor = 0;
  const results = overload.returns.map((result) => {
    if (result.sameAs < 0) return readResult(result);
    // An in-place or out variant returns its argument: the very object, not a second handle.
    if (result.sameAs < given.length) return given[result.sameAs];
    return keywords?.[overload.arguments[result.sameAs]?.name ?? ''];
  });
  if (results.length === 0) return undefined;
  return results.length === 1 ? results[0] : results;
}

/** The lists of tensors that lie in the mailbox from its start; null stands for none. */
export function readTensorLists(count: number): (Tensor | null)[][] {
  cursor = 0;
  return Array.from({ length: count }, () => readList(Kind.Tensor) as (Tensor | null)[]);
}

/** The list of numbers that follows what was read last. */
export function readNextNumbers(): number[] {
  return readList(Kind.Float) as number[];
}

function readResult(type: TypeDescription): unknown {
  return type.list ? readList(type.code) : readOne(type.code);
}

function readList(code: number): unknown[] {
  const items: unknown[] = new Array(readNumber());
  for (let i = 0; i < items.length; i++) items[i] = readOne(code);
  return items;
}

function readNumber(): number {
  return numbers[cursor++] as number;
}

function readInt(): number | bigint {
  const value = readInteger(cursor);
  cursor += integerWidth(cursor);
  return value;
}

function readOne(code: number): unknown {
  switch (code) {
    case Kind.Tensor: {
      const handle = readNumber();
      return handle === 0 ? null : new Tensor(handle);
    }
    case Kind.Scalar:
      return readScalar();
    case Kind.Int:
      return readInt();
    case Kind.Float:
      return readNumber();
    case Kind.Bool:
      return readNumber() !== 0;
    case Kind.String:
      return addon.text(readNumber());
    case Kind.ScalarType:
      return dtypeOf(readNumber());
    case Kind.Layout:
      return nameIn(LAYOUTS, readNumber());
    case Kind.MemoryFormat:
      return nameIn(MEMORY_FORMATS, readNumber());
    case Kind.Device:
      return deviceName(readNumber(), readNumber());
    default:
      throw new Error(`no result has the code ${code}`);
  }
}

function readScalar(): unknown {
  switch (readNumber()) {
    case ScalarTag.BigInt:
      return BigInt(readInt());
    case ScalarTag.Boolean:
      return readNumber() !== 0;
    case ScalarTag.Complex:
      return { re: readNumber(), im: readNumber() };
    default:
      return readNumber();
  }
}

function nameIn(names: Record<string, number>, code: number): string {
  return Object.keys(names).find((name) => names[name] === code) ?? `unknown (${code})`;
}
