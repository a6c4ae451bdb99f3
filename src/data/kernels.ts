// The kernels of kernels/image.ts, for one thread, and the memory that they work in.

import { MODULE } from './generated/kernels.js';

// Part of every Node, but not of its types.
declare global {
  namespace WebAssembly {
    class Memory {
      readonly buffer: ArrayBuffer;
      constructor(limits: { initial: number });
      grow(pages: number): number;
    }
    class Module {
      constructor(bytes: Uint8Array);
    }
    class Instance {
      readonly exports: object;
      constructor(module: Module, imports: object);
    }
  }
}

/** An address in the kernels' memory, in bytes. */
export type Address = number;

export interface Kernels {
  resizeColumns(
    source: Address,
    rowStride: number,
    pixelStride: number,
    rows: number,
    filters: Address,
    taps: number,
    width: number,
    target: Address,
  ): void;
  resizeRows(
    source: Address,
    width: number,
    filters: Address,
    taps: number,
    height: number,
    target: Address,
  ): void;
  lookUp(pixels: Address, count: number, table: Address): void;
  valuesOf(pixels: Address, count: number, table: Address, target: Address): void;
  sumOfGreys(pixels: Address, area: number): number;
  saturate(pixels: Address, area: number, factor: number): void;
  turnHues(
    pixels: Address,
    area: number,
    turn: number,
    saturations: Address,
    hues: Address,
    shares: Address,
    between: Address,
    shifts: Address,
  ): void;
}

const PAGE = 65536;
/** Kernels read whole vectors, also at the end of an array. */
const SLACK = 16;

let memory: WebAssembly.Memory | undefined;
let kernels: Kernels | undefined;
/** What stays in memory ends here. */
let kept: Address = SLACK;

/** The kernels; compiled when they are first asked for. */
export function theKernels(): Kernels {
  kernels ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MODULE, 'base64')), {
    env: { memory: theMemory() },
  }).exports as unknown as Kernels;
  return kernels;
}

function theMemory(): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: 16 });
  return memory;
}

/** Bytes of the memory. Another call of `place` or `keep` may move them: ask again. */
export function bytesAt(address: Address, count: number): Uint8Array {
  return new Uint8Array(theMemory().buffer, address, count);
}

/** As bytesAt, of float32; `address` is one of `place`. */
export function floatsAt(address: Address, count: number): Float32Array {
  return new Float32Array(theMemory().buffer, address, count);
}

/** Places for arrays of so many bytes, one behind the other, which the next call gives away again. */
export function place(...sizes: number[]): Address[] {
  const addresses: Address[] = [];
  let end = kept;
  for (const size of sizes) {
    addresses.push(end);
    end = aligned(end + size + SLACK);
  }
  grow(end);
  return addresses;
}

/** Copies an array into the memory, for good. */
export function keep(array: ArrayBufferView): Address {
  const address = kept;
  kept = aligned(kept + array.byteLength + SLACK);
  grow(kept);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  bytesAt(address, array.byteLength).set(bytes);
  return address;
}

const aligned = (address: Address) => (address + 15) & ~15;

function grow(end: Address): void {
  const { buffer } = theMemory();
  if (end > buffer.byteLength) theMemory().grow(Math.ceil((end - buffer.byteLength) / PAGE));
}
