// Makes idx files, right and wrong ones.

/** Bytes of an idx file whose header says `magic` and `shape`, whatever follows. */
export function idxBytes(magic: number, shape: number[], data: number[]): Uint8Array {
  const words = [magic, ...shape].map((word) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(word);
    return bytes;
  });
  return Buffer.concat([...words, Uint8Array.from(data)]);
}
