// Files of torch.save before PyTorch 1.6: five pickles, then each storage: its length and its bytes. After
// torch/serialization.py, _legacy_load.
import { Buffer } from 'node:buffer';
import { FormatFault } from './file_error.js';
import { OP } from './opcodes.js';
import { bytesIn, Dict, type Pickled, type StorageSpec } from './pickled.js';
import type { Source } from './source.js';
import { MAX_PICKLE, unpickle } from './unpickler.js';
import type { ReadStorage } from './values.js';

/** A number that PyTorch chose, whose pickle such a file begins with. */
const MAGIC = Buffer.from('8a0a6cfc9c46f9206aa850192e', 'hex');
/** Where it is in that pickle: behind the protocol, and behind the length of a frame from protocol 4 on. */
const PLACES = [2, 11];
const VERSION = 1001;

export function isLegacy(head: Buffer): boolean {
  return head[0] === OP.PROTO && PLACES.includes(head.indexOf(MAGIC));
}

export function readLegacy(source: Source): { value: Pickled; read: ReadStorage } {
  const pickles = source.read(0, Math.min(source.size, MAX_PICKLE));
  let position = pickles.indexOf(MAGIC) + MAGIC.length;
  const next = () => {
    const result = unpickle(pickles, position);
    position = result.end;
    return result;
  };
  const version = next().value;
  const system = next().value;
  const { value, storages } = next();
  const keys = next().value;
  const isLittleEndian = system instanceof Dict && system.entries.get('little_endian') === true;
  if (version !== VERSION || !isLittleEndian || !Array.isArray(keys)) {
    throw new FormatFault('it is of a version or a byte order that is not read');
  }
  const starts = findStorages(source, position, keys, storages);
  return {
    value,
    read: (spec) => {
      const start = starts.get(spec.key);
      if (start === undefined) throw new FormatFault(`it lacks storage ${spec.key}`);
      return source.chunks(start, bytesIn(spec));
    },
  };
}

// Where a storage begins depends on those before it; how long their elements are, only the pickle says.
function findStorages(
  source: Source,
  start: number,
  keys: readonly Pickled[],
  storages: readonly StorageSpec[],
): Map<string, number> {
  const specs = new Map(storages.map((spec) => [spec.key, spec]));
  const starts = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const spec = specs.get(key as string);
    if (!spec || starts.has(spec.key)) {
      throw new FormatFault('its list of storages does not fit its tensors');
    }
    const count = Number(source.read(at, 8).readBigInt64LE());
    if (count !== spec.count) {
      throw new FormatFault(
        `storage ${spec.key} has ${count} elements where ${spec.count} should be`,
      );
    }
    starts.set(spec.key, at + 8);
    at += 8 + bytesIn(spec);
  }
  if (at !== source.size) {
    throw new FormatFault(
      `it has ${source.size} bytes where ${at} should be: it is cut short or damaged`,
    );
  }
  return starts;
}
