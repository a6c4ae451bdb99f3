// A drawing of a genotype's two cells as one SVG, laid out by Graphviz; in place of `visualize.py`
// of the original.
import { type Attributes, type Graph, instance, type Subgraph } from '@viz-js/viz';
import type { Edge, Genotype, Primitive } from '../models/genotypes.js';

interface Colours {
  fillcolor: string;
  color: string;
}

const OPERATION_COLOURS: Readonly<Record<Primitive, Colours>> = (() => {
  const separable = { fillcolor: '#d7e7fb', color: '#3b74b9' };
  const dilated = { fillcolor: '#e7def9', color: '#7450b8' };
  const max = { fillcolor: '#fbe4cb', color: '#b9701c' };
  const average = { fillcolor: '#fbf1c4', color: '#96791a' };
  return {
    sep_conv_3x3: separable,
    sep_conv_5x5: separable,
    sep_conv_7x7: separable,
    dil_conv_3x3: dilated,
    dil_conv_5x5: dilated,
    conv_7x1_1x7: { fillcolor: '#d5f0f1', color: '#2a8087' },
    max_pool_3x3: max,
    avg_pool_3x3: average,
    skip_connect: { fillcolor: '#def2da', color: '#44893a' },
    none: { fillcolor: '#eceef1', color: '#7d8794' },
  };
})();
const INK = '#1f2933';
const QUIET = '#7d8794';
const PAPER = '#ffffff';
const PANEL = '#f6f8fa';
const FONT = 'Helvetica,Arial,sans-serif';

/**
 * Draws both cells, the convolution cell above the enhancement cell: inputs at the left, a box for each
 * operation, the nodes that add two of them, the output at the right. The same genotype and name give the
 * same text. The picture stands on a light ground of its own: it reads alike on light and dark pages.
 *
 * @param name the title, any text
 * @returns a whole SVG document
 */
export async function drawGenotype(genotype: Genotype, name: string): Promise<string> {
  const graph: Graph = {
    directed: true,
    graphAttributes: {
      label: title(name),
      labelloc: 't',
      fontname: FONT,
      fontsize: 20,
      fontcolor: INK,
      bgcolor: PAPER,
      rankdir: 'LR',
      nodesep: 0.16,
      ranksep: 0.3,
      pad: 0.25,
    },
    nodeAttributes: {
      fontname: FONT,
      fontsize: 13,
      fontcolor: INK,
      height: 0.36,
      margin: '0.22,0.05',
      penwidth: 1.2,
    },
    edgeAttributes: { color: QUIET, arrowsize: 0.6, penwidth: 1.1 },
    // Graphviz stacks them from below.
    subgraphs: [
      cell('Enhancement cell', 'reduce', genotype.reduce, genotype.reduce_concat),
      cell('Convolution cell', 'normal', genotype.normal, genotype.normal_concat),
    ],
  };
  return (await instance()).renderString(graph, { format: 'svg', engine: 'dot' });
}

function cell(
  heading: string,
  kind: string,
  edges: readonly Edge[],
  concat: readonly number[],
): Subgraph {
  const nodeCount = edges.length / 2;
  const states = ['c_{k-2}', 'c_{k-1}', ...Array.from({ length: nodeCount }, (_, i) => `${i}`)];
  // Graphviz keeps one name space for the whole picture.
  const stateName = (state: number) => `${kind} ${states[state]}`;
  const operationName = (edge: number) => `${kind} edge ${edge}`;
  const output = `${kind} c_{k}`;
  return {
    name: `cluster_${kind}`,
    graphAttributes: {
      label: heading,
      fontsize: 15,
      style: 'rounded,filled',
      fillcolor: PANEL,
      color: '#d5dae0',
      margin: 14,
    },
    // In reverse, as Graphviz fills a column from below: c_{k-2} then mostly comes out above
    // c_{k-1}.
    nodes: [
      ...states.map((label, state) => ({
        name: stateName(state),
        attributes: state < 2 ? terminal(label) : { label, ...NODE },
      })),
      ...edges.map(([operation], edge) => ({
        name: operationName(edge),
        attributes: {
          label: readable(operation),
          shape: 'box',
          style: 'rounded,filled',
          ...OPERATION_COLOURS[operation],
        },
      })),
      { name: output, attributes: terminal('c_{k}') },
    ].reverse(),
    edges: [
      ...edges.flatMap(([, input], edge) => [
        { tail: stateName(input), head: operationName(edge), attributes: { arrowhead: 'none' } },
        { tail: operationName(edge), head: stateName(Math.floor(edge / 2) + 2) },
      ]),
      ...concat.map((state) => ({ tail: stateName(state), head: output })),
    ],
  };
}

const NODE: Attributes = {
  shape: 'circle',
  style: 'filled',
  fixedsize: true,
  width: 0.36,
  fillcolor: PAPER,
  color: INK,
};

function terminal(label: string): Attributes {
  return {
    label,
    shape: 'box',
    style: 'rounded,filled',
    fillcolor: INK,
    color: INK,
    fontcolor: PAPER,
  };
}

/** `sep_conv_3x3` as people write it: sep conv 3×3. */
function readable(operation: Primitive): string {
  return operation
    .replace(/(\d)x(\d)/g, '$1×$2')
    .replace('skip_connect', 'skip')
    .replaceAll('_', ' ');
}

/**
 * The name in bold, exactly as given, but for control characters and lone surrogates: XML has no
 * place for them.
 */
function title(name: string): string | { html: string } {
  const shown = name
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // Graphviz would put the graph's name in place of \G.
    .replaceAll('\\', '\\\\');
  // Graphviz refuses an empty element.
  return shown === '' ? '' : { html: `<b>${shown}</b>` };
}
