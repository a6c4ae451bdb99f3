// How a tensor's elements lie in memory, by PyTorch's names.

/** c10::Layout's codes. */
export const LAYOUTS = {
  strided: 0,
  sparse_coo: 1,
  sparse_csr: 2,
  sparse_csc: 4,
  sparse_bsr: 5,
  sparse_bsc: 6,
} as const;

/** c10::MemoryFormat's codes. */
export const MEMORY_FORMATS = {
  contiguous_format: 0,
  preserve_format: 1,
  channels_last: 2,
  channels_last_3d: 3,
} as const;

/** How the elements are kept: all of them in a regular grid, or only some with their places. */
export type Layout = keyof typeof LAYOUTS;

/** The order of the dimensions in memory; `preserve_format` keeps that of the input. */
export type MemoryFormat = keyof typeof MEMORY_FORMATS;

export const strided = 'strided';
export const sparse_coo = 'sparse_coo';
export const sparse_csr = 'sparse_csr';
export const sparse_csc = 'sparse_csc';
export const sparse_bsr = 'sparse_bsr';
export const sparse_bsc = 'sparse_bsc';
export const contiguous_format = 'contiguous_format';
export const preserve_format = 'preserve_format';
export const channels_last = 'channels_last';
export const channels_last_3d = 'channels_last_3d';
