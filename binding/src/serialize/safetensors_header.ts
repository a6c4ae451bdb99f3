// The header of a safetensors file: JSON that says which bytes are which tensor. The format's own rules: no
// key twice, no hole and no overlap (README.md of huggingface/safetensors, "Format").
import type { Buffer } from 'node:buffer';
import { bytesOf, type DType } from '../dtype.js';
import { FormatFault } from './file_error.js';
import { requireCountable } from './shape.js';
import type { Source } from './source.js';

/** The longest header that is read: that of 200,000 tensors. */
const MAX_HEADER = 1 << 24;

const DTYPES: readonly (readonly [string, DType])[] = [
  ['BOOL', 'bool'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['U16', 'uint16'],
  ['I16', 'int16'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['U32', 'uint32'],
  ['I32', 'int32'],
  ['F32', 'float32'],
  ['U64', 'uint64'],
  ['I64', 'int64'],
  ['F64', 'float64'],
  ['C64', 'complex64'],
];
const DTYPE_OF = new Map(DTYPES);
const NAME_OF = new Map(DTYPES.map(([name, dtype]) => [dtype, name]));

export interface TensorEntry {
  name: string;
  dtype: DType;
  shape: number[];
  /** Where its data begins and ends, from the first byte of the file. */
  start: number;
  end: number;
}

/** The format's name of a dtype; undefined where it has none. */
export function formatName(dtype: DType): string | undefined {
  return NAME_OF.get(dtype);
}

/** @throws FormatFault where the header breaks a rule, or does not fit the file. */
export function readHeader(source: Source): TensorEntry[] {
  const length = Number(source.read(0, 8).readBigUInt64LE());
  if (length > MAX_HEADER) {
    throw new FormatFault(
      `its header would have ${length} bytes, more than ${MAX_HEADER}: it is no safetensors file, or damaged`,
    );
  }
  const header = parse(source.read(8, length));
  const entries: TensorEntry[] = [];
  for (const [name, description] of Object.entries(header)) {
    if (name === '__metadata__') requireTexts(description);
    else entries.push(readEntry(name, description, 8 + length));
  }
  requireFilled(entries, 8 + length, source.size);
  return entries;
}

function parse(bytes: Buffer): Record<string, unknown> {
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
    requireOnce(text);
  } catch (cause) {
    if (cause instanceof FormatFault) throw cause;
    throw new FormatFault(`its header is no JSON: ${(cause as Error).message}`, { cause });
  }
  return requireObject('its header', header);
}

/** A text of JSON, and whether it is a key; or a bracket. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[[\]{}]/g;

// JSON.parse keeps the last of equal keys; other readers keep the first.
function requireOnce(json: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, text, colon] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === ']' || token === '}') open.pop();
    if (text === undefined || colon === undefined) continue;
    const name: string = JSON.parse(text);
    const names = open.at(-1);
    if (names?.has(name)) throw new FormatFault(`its header has the key ${text} twice`);
    names?.add(name);
  }
}

function readEntry(name: string, description: unknown, dataStart: number): TensorEntry {
  const where = `tensor ${JSON.stringify(name)}`;
  const { dtype: dtypeName, shape, data_offsets } = requireObject(where, description);
  const dtype = DTYPE_OF.get(dtypeName as string);
  if (dtype === undefined) {
    const given = typeof dtypeName === 'string' ? JSON.stringify(dtypeName) : '(no text)';
    throw new FormatFault(`${where} has the dtype ${given}, which is not read`);
  }
  if (!isSizes(shape)) throw new FormatFault(`${where} has no shape`);
  requireCountable(where, shape, dtype);
  if (!isSizes(data_offsets) || data_offsets.length !== 2) {
    throw new FormatFault(`${where} has no data_offsets [begin, end]`);
  }
  const [begin, end] = data_offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, bytesOf(dtype));
  if (end - begin !== bytes) {
    throw new FormatFault(
      `${where} has ${end - begin} bytes where its shape [${shape}] and ${dtype} want ${bytes}`,
    );
  }
  return { name, dtype, shape, start: dataStart + begin, end: dataStart + end };
}

// Every byte belongs to one tensor: nothing can be hidden, and nothing shows twice.
function requireFilled(entries: readonly TensorEntry[], start: number, end: number): void {
  let at = start;
  for (const entry of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== at) {
      const fault = entry.start < at ? 'overlaps another' : 'leaves a hole before it';
      throw new FormatFault(`tensor ${JSON.stringify(entry.name)} ${fault}`);
    }
    at = entry.end;
  }
  if (at !== end) {
    throw new FormatFault(
      `it has ${end} bytes where its header wants ${at}: it is cut short or damaged`,
    );
  }
}

function requireTexts(metadata: unknown): void {
  const texts = Object.values(requireObject('__metadata__', metadata));
  if (!texts.every((text) => typeof text === 'string')) {
    throw new FormatFault('__metadata__ must have texts alone');
  }
}

function requireObject(what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new FormatFault(`${what} is no JSON object`);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
