// The text of a tensor, line for line as PyTorch prints it; after torch/_tensor_str.py.
import type { Element } from './data.js';
import { elementsOf } from './elements.js';
import { fromData } from './factories.js';
import { type Formatter, formatterFor } from './format.js';
import { no_grad } from './gradient_mode.js';
import { operator } from './operators.js';
import { tidy } from './scope.js';
import type { Tensor } from './tensor.js';

const LINE_WIDTH = 80;
const PREFIX = 'tensor(';
/** A tensor of more elements shows the first and last few of each dimension. */
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;

const selectAlong = operator('index_select');

/** `tensor([[1.0000, 2.5000]], dtype=torch.float64)`. */
export function tensorText(tensor: Tensor): string {
  if (tensor.disposed) return 'tensor(disposed)';
  const { shape, dtype, device, layout } = tensor;
  const notes: string[] = [];
  if (device !== 'cpu') notes.push(`device='${device}'`);
  let text: string;
  const opaque = device === 'meta' || layout !== 'strided';
  if (opaque || tensor.numel() === 0) {
    text = opaque ? '...' : '[]';
    if (opaque || shape.length !== 1) notes.push(`size=${tuple(shape)}`);
    if (dtype !== 'float32') notes.push(`dtype=torch.${dtype}`);
  } else {
    text = tidy(() => no_grad(() => contents(tensor)));
    if (!IMPLIED.has(dtype)) notes.push(`dtype=torch.${dtype}`);
  }
  if (layout !== 'strided') notes.push(`layout=torch.${layout}`);
  const node = nodeName(tensor);
  if (node !== null) notes.push(`grad_fn=<${node}>`);
  else if (tensor.requires_grad) notes.push('requires_grad=True');
  return `${withNotes(PREFIX + text, notes)})`;
}

/** The types that elements show by themselves. */
const IMPLIED = new Set(['float32', 'complex64', 'int64', 'bool']);

// A view that was changed without recording it, where PyTorch prints the same.
function nodeName(tensor: Tensor): string | null {
  try {
    return tensor.grad_fn;
  } catch {
    return 'Invalid';
  }
}

function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

function contents(tensor: Tensor): string {
  const shape = tensor.shape;
  const isCut = shape.map((size) => tensor.numel() > THRESHOLD && size > 2 * EDGE_ITEMS);
  const shown = isCut.reduce((rest, cut, dim) => (cut ? edges(rest, dim) : rest), tensor);
  const elements = elementsOf(shown);
  const formatter = formatterFor(elements, tensor.dtype);
  return new Rows(elements, shown.shape, isCut, formatter).text(PREFIX.length);
}

function edges(tensor: Tensor, dim: number): Tensor {
  const size = tensor.size(dim);
  const first = Array.from({ length: EDGE_ITEMS }, (_, i) => i);
  const last = first.map((i) => size - EDGE_ITEMS + i);
  const positions = fromData('toString', [...first, ...last], {
    dtype: 'int64',
    device: tensor.device,
  });
  return selectAlong.call([tensor, dim, positions]) as Tensor;
}

class Rows {
  private at = 0;

  constructor(
    private readonly elements: ArrayLike<Element>,
    private readonly shape: readonly number[],
    private readonly isCut: readonly boolean[],
    private readonly formatter: Formatter,
  ) {}

  text(indent: number, dim = 0): string {
    const size = this.shape[dim];
    if (size === undefined) return this.formatter.format(this.elements[this.at++] as Element);
    const last = dim === this.shape.length - 1;
    const items = Array.from({ length: size }, () => this.text(indent + 1, dim + 1));
    if (this.isCut[dim]) items.splice(EDGE_ITEMS, 0, last ? ' ...' : '...');
    const newLine = `,${'\n'.repeat(Math.max(1, this.shape.length - dim - 1))}${' '.repeat(indent + 1)}`;
    if (!last) return `[${items.join(newLine)}]`;
    const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (this.formatter.width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < items.length; i += perLine) {
      lines.push(items.slice(i, i + perLine).join(', '));
    }
    return `[${lines.join(newLine)}]`;
  }
}

// A note that would run over the line goes onto one of its own.
function withNotes(text: string, notes: readonly string[]): string {
  let result = text;
  let width = text.length - text.lastIndexOf('\n') + 1;
  for (const note of notes) {
    if (width + note.length + 2 > LINE_WIDTH) {
      result += `,\n${' '.repeat(PREFIX.length)}${note}`;
      width = PREFIX.length + note.length;
    } else {
      result += `, ${note}`;
      width += note.length + 2;
    }
  }
  return result;
}
