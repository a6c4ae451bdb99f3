// Reads pickles of protocols 2 to 5, the kinds that torch.save and Python 2 write, into plain descriptions; calls
// nothing but what its dialect lists. After Lib/pickletools.py and torch/_weights_only_unpickler.py.
import { Buffer } from 'node:buffer';
import { FormatFault } from './file_error.js';
import { lookUp } from './globals.js';
import { OP } from './opcodes.js';
import { type Dialect, decode, PickleMachine } from './pickle_machine.js';
import { Dict, type Pickled, PickledSet, type StorageSpec, Tuple } from './pickled.js';
import { addItems } from './plain_calls.js';

/** The longest pickle that is read: half a million tensors take less. */
export const MAX_PICKLE = 1 << 26;

export interface Unpickled {
  value: Pickled;
  /** Where the pickle ends. */
  end: number;
  /** The storages that it refers to, each once. */
  storages: StorageSpec[];
}

const TORCH: Dialect = { lookUp, text: decode };

/** Reads the pickle at `start`. */
export function unpickle(bytes: Buffer, start = 0, dialect = TORCH): Unpickled {
  const machine = new PickleMachine(bytes, start, dialect);
  const value = run(machine);
  return { value, end: machine.position, storages: [...machine.storages.values()] };
}

function run(machine: PickleMachine): Pickled {
  for (;;) {
    const at = machine.position;
    const code = machine.byte();
    if (code === OP.STOP) return machine.result();
    const operation = OPERATIONS[code];
    if (!operation) {
      throw new FormatFault(
        `its pickle has the operation 0x${code.toString(16)} at byte ${at}, which torch.save does not write`,
      );
    }
    operation(machine);
  }
}

function protocol(machine: PickleMachine): void {
  const version = machine.byte();
  if (version < 2 || version > 5) {
    throw new FormatFault(`its pickle has protocol ${version}; 2 to 5 are read`);
  }
}

// Two's complement, least byte first.
function long(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  const digits = Buffer.from(bytes).reverse().toString('hex');
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const OPERATIONS: Readonly<Record<number, (machine: PickleMachine) => void>> = {
  [OP.PROTO]: protocol,
  [OP.MARK]: (m) => m.mark(),
  [OP.NONE]: (m) => m.push(null),
  [OP.NEWTRUE]: (m) => m.push(true),
  [OP.NEWFALSE]: (m) => m.push(false),
  [OP.BININT]: (m) => m.push(m.take(4).readInt32LE()),
  [OP.BININT1]: (m) => m.push(m.byte()),
  [OP.BININT2]: (m) => m.push(m.take(2).readUInt16LE()),
  [OP.LONG1]: (m) => m.push(long(m.take(m.byte()))),
  [OP.BINFLOAT]: (m) => m.push(m.take(8).readDoubleBE()),
  [OP.BINUNICODE]: (m) => m.text(m.take(4).readUInt32LE()),
  [OP.BINSTRING]: (m) => m.oldText(m.take(4).readUInt32LE()),
  [OP.SHORT_BINSTRING]: (m) => m.oldText(m.byte()),
  [OP.EMPTY_LIST]: (m) => m.push([]),
  [OP.APPEND]: (m) => m.append([m.pop()]),
  [OP.APPENDS]: (m) => m.append(m.popToMark()),
  [OP.EMPTY_TUPLE]: (m) => m.push(new Tuple([])),
  [OP.TUPLE1]: (m) => m.tuple(1),
  [OP.TUPLE2]: (m) => m.tuple(2),
  [OP.TUPLE3]: (m) => m.tuple(3),
  [OP.TUPLE]: (m) => m.push(new Tuple(m.popToMark())),
  [OP.EMPTY_DICT]: (m) => m.push(new Dict(false)),
  [OP.SETITEM]: (m) => m.setItems([m.pop(), m.pop()].reverse()),
  [OP.SETITEMS]: (m) => m.setItems(m.popToMark()),
  [OP.BINPUT]: (m) => m.remember(m.byte()),
  [OP.LONG_BINPUT]: (m) => m.remember(m.take(4).readUInt32LE()),
  [OP.BINGET]: (m) => m.recall(m.byte()),
  [OP.LONG_BINGET]: (m) => m.recall(m.take(4).readUInt32LE()),
  [OP.GLOBAL]: (m) => m.name(),
  [OP.REDUCE]: (m) => m.call(),
  [OP.BUILD]: (m) => m.build(),
  [OP.BINPERSID]: (m) => m.refer(),
  [OP.SHORT_BINBYTES]: (m) => m.bytesOf(m.byte()),
  [OP.BINBYTES]: (m) => m.bytesOf(m.take(4).readUInt32LE()),
  [OP.BINBYTES8]: (m) => m.bytesOf(m.length()),
  [OP.BYTEARRAY8]: (m) => m.bytesOf(m.length()),
  [OP.SHORT_BINUNICODE]: (m) => m.text(m.byte()),
  [OP.BINUNICODE8]: (m) => m.text(m.length()),
  [OP.EMPTY_SET]: (m) => m.push(new PickledSet()),
  [OP.ADDITEMS]: (m) => m.addItems(m.popToMark()),
  [OP.FROZENSET]: (m) => m.push(addItems(new PickledSet(), m.popToMark())),
  [OP.STACK_GLOBAL]: (m) => m.nameOnStack(),
  [OP.MEMOIZE]: (m) => m.rememberNext(),
  // How long a part is that may be read at once.
  [OP.FRAME]: (m) => void m.take(8),
};
