// genotype_*: the genotypes that sets of architecture parameters lead to.
import * as torch from 'torch-js';
import { z } from 'zod';
import { deriveGenotype } from '../../../src/models/derive_genotype.js';
import type { Primitive } from '../../../src/models/genotypes.js';
import { checker } from '../checker.js';
import { header } from '../figures.js';
import { same } from '../measures.js';

const edges = z.array(z.tuple([z.string(), z.number()]));

const schema = z.object({
  header,
  primitives: z.array(z.string()),
  alphas_shape: z.array(z.number()),
  steps: z.number(),
  multiplier: z.number(),
  sets: z.array(
    z.object({
      kind: z.string(),
      alphas_normal: z.array(z.number()),
      alphas_reduce: z.array(z.number()),
      betas_normal: z.array(z.number()).optional(),
      betas_reduce: z.array(z.number()).optional(),
      normal: edges,
      reduce: edges,
      concat: z.array(z.number()),
    }),
  ),
});

export const genotype = checker(/^genotype_/, schema, (figures) =>
  figures.sets.map((set, i) => {
    const name = `set ${i} (${set.kind})`;
    const run = () => {
      const alphas = (data: number[]) => torch.tensor(data, { shape: figures.alphas_shape });
      const betas = (data?: number[]) => data && torch.tensor(data);
      const derived = deriveGenotype(alphas(set.alphas_normal), alphas(set.alphas_reduce), {
        steps: figures.steps,
        multiplier: figures.multiplier,
        primitives: figures.primitives as Primitive[],
        betas_normal: betas(set.betas_normal),
        betas_reduce: betas(set.betas_reduce),
      });
      return [
        same('normal', derived.normal, set.normal),
        same('reduce', derived.reduce, set.reduce),
        same('concat', [derived.normal_concat, derived.reduce_concat], [set.concat, set.concat]),
      ];
    };
    return { name, run };
  }),
);
