// The released cells by name, and the door to genotypes for the rest of src/; values from
// `genotypes.py` of the original.
import type { Genotype } from './genotype.js';
import { formatGenotype, parseGenotype } from './genotype_text.js';

export {
  type CellKind,
  checkGenotype,
  type Edge,
  type Genotype,
  OPERATION_NAMES,
  PRIMITIVES,
  PRIMITIVES_WITHOUT_SKIP,
  type Primitive,
} from './genotype.js';
export {
  formatGenotype,
  genotypeOfFile,
  genotypeToJson,
  parseGenotype,
  parseGenotypes,
} from './genotype_text.js';

/** NASNet-A (Zoph et al., 2018). */
export const NASNet = parseGenotype(`Genotype(
  normal=[('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 0), ('sep_conv_3x3', 0),
          ('avg_pool_3x3', 1), ('skip_connect', 0), ('avg_pool_3x3', 0), ('avg_pool_3x3', 0),
          ('sep_conv_3x3', 1), ('skip_connect', 1)],
  normal_concat=range(2, 7),
  reduce=[('sep_conv_5x5', 1), ('sep_conv_7x7', 0), ('max_pool_3x3', 1), ('sep_conv_7x7', 0),
          ('avg_pool_3x3', 1), ('sep_conv_5x5', 0), ('skip_connect', 3), ('avg_pool_3x3', 2),
          ('sep_conv_3x3', 2), ('max_pool_3x3', 1)],
  reduce_concat=range(4, 7))`);

/** AmoebaNet-A (Real et al., 2019). */
export const AmoebaNet = parseGenotype(`Genotype(
  normal=[('avg_pool_3x3', 0), ('max_pool_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 2),
          ('sep_conv_3x3', 0), ('avg_pool_3x3', 3), ('sep_conv_3x3', 1), ('skip_connect', 1),
          ('skip_connect', 0), ('avg_pool_3x3', 1)],
  normal_concat=range(4, 7),
  reduce=[('avg_pool_3x3', 0), ('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('sep_conv_7x7', 2),
          ('sep_conv_7x7', 0), ('avg_pool_3x3', 1), ('max_pool_3x3', 0), ('max_pool_3x3', 1),
          ('conv_7x1_1x7', 0), ('sep_conv_3x3', 5)],
  reduce_concat=[3, 4, 6])`);

/** DARTS, first order (Liu et al., 2019). */
export const DARTS_V1 = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', 1),
          ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)],
  normal_concat=range(2, 6),
  reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0),
          ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)],
  reduce_concat=range(2, 6))`);

/** DARTS, second order (Liu et al., 2019). */
export const DARTS_V2 = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1),
          ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)],
  normal_concat=range(2, 6),
  reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1),
          ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)],
  reduce_concat=range(2, 6))`);

/** PC-DARTS on CIFAR-10 (Xu et al., 2020). */
export const PC_DARTS_cifar = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 0), ('dil_conv_3x3', 1),
          ('sep_conv_5x5', 0), ('sep_conv_3x3', 1), ('avg_pool_3x3', 0), ('dil_conv_3x3', 1)],
  normal_concat=range(2, 6),
  reduce=[('sep_conv_5x5', 1), ('max_pool_3x3', 0), ('sep_conv_5x5', 1), ('sep_conv_5x5', 2),
          ('sep_conv_3x3', 0), ('sep_conv_3x3', 3), ('sep_conv_3x3', 1), ('sep_conv_3x3', 2)],
  reduce_concat=range(2, 6))`);

/** PC-DARTS on ImageNet (Xu et al., 2020). */
export const PC_DARTS_image = parseGenotype(`Genotype(
  normal=[('skip_connect', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 0), ('skip_connect', 1),
          ('sep_conv_3x3', 1), ('sep_conv_3x3', 3), ('sep_conv_3x3', 1), ('dil_conv_5x5', 4)],
  normal_concat=range(2, 6),
  reduce=[('sep_conv_3x3', 0), ('skip_connect', 1), ('dil_conv_5x5', 2), ('max_pool_3x3', 1),
          ('sep_conv_3x3', 2), ('sep_conv_3x3', 1), ('sep_conv_5x5', 0), ('sep_conv_3x3', 3)],
  reduce_concat=range(2, 6))`);

/** B-DARTS with the confidence learning rate on CIFAR-10 (3.34 M parameters at 48 channels). */
export const BNASv2_CLR_v1 = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('avg_pool_3x3', 2),
          ('sep_conv_5x5', 1), ('sep_conv_3x3', 3), ('sep_conv_3x3', 1), ('dil_conv_3x3', 2)],
  normal_concat=range(2, 6),
  reduce=[('avg_pool_3x3', 0), ('dil_conv_3x3', 1), ('avg_pool_3x3', 0), ('avg_pool_3x3', 2),
          ('avg_pool_3x3', 2), ('avg_pool_3x3', 3), ('avg_pool_3x3', 2), ('max_pool_3x3', 1)],
  reduce_concat=range(2, 6))`);

/** B-DARTS with the confidence learning rate on CIFAR-10 (3.17 M parameters at 48 channels). */
export const BNASv2_CLR_v2 = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('max_pool_3x3', 1), ('sep_conv_3x3', 0),
          ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('dil_conv_3x3', 4)],
  normal_concat=range(2, 6),
  reduce=[('avg_pool_3x3', 0), ('dil_conv_5x5', 1), ('avg_pool_3x3', 2), ('avg_pool_3x3', 0),
          ('avg_pool_3x3', 2), ('avg_pool_3x3', 3), ('max_pool_3x3', 1), ('avg_pool_3x3', 3)],
  reduce_concat=range(2, 6))`);

/** B-PC-DARTS on CIFAR-10 (3.68 M parameters at 48 channels). */
export const BNASv2_PC_cifar_v1 = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('dil_conv_5x5', 2), ('sep_conv_3x3', 1),
          ('sep_conv_3x3', 1), ('sep_conv_3x3', 2), ('sep_conv_5x5', 1), ('sep_conv_5x5', 2)],
  normal_concat=range(2, 6),
  reduce=[('dil_conv_3x3', 0), ('skip_connect', 1), ('dil_conv_3x3', 1), ('skip_connect', 2),
          ('max_pool_3x3', 1), ('dil_conv_5x5', 0), ('skip_connect', 1), ('max_pool_3x3', 0)],
  reduce_concat=range(2, 6))`);

/** B-PC-DARTS on CIFAR-10 (3.53 M parameters at 48 channels). */
export const BNASv2_PC_cifar_v2 = parseGenotype(`Genotype(
  normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 1), ('sep_conv_5x5', 2),
          ('sep_conv_3x3', 1), ('sep_conv_3x3', 2), ('sep_conv_5x5', 1), ('dil_conv_3x3', 4)],
  normal_concat=range(2, 6),
  reduce=[('skip_connect', 0), ('skip_connect', 1), ('dil_conv_3x3', 1), ('skip_connect', 0),
          ('max_pool_3x3', 0), ('skip_connect', 1), ('max_pool_3x3', 0), ('max_pool_3x3', 1)],
  reduce_concat=range(2, 6))`);

/** B-PC-DARTS on ImageNet (4.11 M parameters at 44 channels, two pooling cells). */
export const BNASv2_PC_image = parseGenotype(`Genotype(
  normal=[('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('skip_connect', 2), ('sep_conv_3x3', 1),
          ('sep_conv_5x5', 1), ('sep_conv_3x3', 3), ('sep_conv_3x3', 4), ('sep_conv_3x3', 3)],
  normal_concat=range(2, 6),
  reduce=[('skip_connect', 1), ('dil_conv_5x5', 0), ('max_pool_3x3', 1), ('skip_connect', 2),
          ('skip_connect', 1), ('max_pool_3x3', 2), ('sep_conv_3x3', 1), ('dil_conv_3x3', 3)],
  reduce_concat=range(2, 6))`);

/**
 * Every released cell under its name in the original, with the original's other names for three of
 * them.
 */
export const GENOTYPES: Readonly<Record<string, Genotype>> = {
  NASNet,
  AmoebaNet,
  DARTS_V1,
  DARTS_V2,
  DARTS: DARTS_V2,
  PC_DARTS_cifar,
  PC_DARTS: PC_DARTS_cifar,
  PCDARTS: PC_DARTS_cifar,
  PC_DARTS_image,
  BNASv2_CLR_v1,
  BNASv2_CLR_v2,
  BNASv2_PC_cifar_v1,
  BNASv2_PC_cifar_v2,
  BNASv2_PC_image,
};

/**
 * The released cell of that name.
 *
 * @throws RangeError that lists the known names
 */
export function namedGenotype(name: string): Genotype {
  const genotype = Object.hasOwn(GENOTYPES, name) ? GENOTYPES[name] : undefined;
  if (genotype === undefined) {
    const known = Object.keys(GENOTYPES).join(', ');
    throw new RangeError(`no genotype is called '${name}'; known are ${known}`);
  }
  return genotype;
}

/** The name of a released cell (the first, of several), and the text of any other: namedGenotype or parseGenotype reads it. */
export function genotypeLabel(genotype: Genotype): string {
  const text = formatGenotype(genotype);
  const [name] = Object.entries(GENOTYPES).find(([, own]) => formatGenotype(own) === text) ?? [];
  return name ?? text;
}
