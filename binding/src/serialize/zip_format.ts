// Records of the zip format (PKWARE's APPNOTE.TXT 4.3, 4.5.3), as far as PyTorch's archives have them.

export const LOCAL = { signature: 0x04034b50, size: 30 };
export const CENTRAL = { signature: 0x02014b50, size: 46 };
export const END = { signature: 0x06054b50, size: 22 };
export const END64 = { signature: 0x06064b50, size: 56 };
export const LOCATOR64 = { signature: 0x07064b50, size: 20 };

/** Stands in a field of 32 bits for a value that only the field of 64 bits holds. */
export const IN_ZIP64 = 0xffffffff;
/** The extra field with the fields of 64 bits. */
export const ZIP64_FIELD = 1;
/** The extra field that PyTorch fills up with, so that data begins at a multiple of 64. */
export const PADDING_FIELD = 0x4246;
/** Where data of an entry begins: a multiple of this, so that it can be mapped into memory. */
export const ALIGNMENT = 64;
