// Reads golden JSON files: what all kinds of them share, and errors that name the file and the place in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A folder or file that is no set of golden figures; the message names it. */
export class FiguresError extends Error {
  override name = 'FiguresError';
}

export interface FigureFile {
  /** File name without .json. */
  name: string;
  content: unknown;
}

export const header = z.object({ seed: z.number().int(), what: z.string() });

export const tensorFigure = z.object({
  shape: z.array(z.number().int()),
  data: z.array(z.number()),
});
export type TensorFigure = z.infer<typeof tensorFigure>;

/** Name, then values in row-major order. */
export const namedValues = z.tuple([z.string(), z.array(z.number())]);

export const genotypeFigure = z.object({
  normal: z.array(z.tuple([z.string(), z.number()])),
  normal_concat: z.array(z.number()),
  reduce: z.array(z.tuple([z.string(), z.number()])),
  reduce_concat: z.array(z.number()),
});

/** Every JSON file of a folder, by name. */
export function readFigures(folder: string): FigureFile[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    throw new FiguresError(`cannot read the folder ${folder}: ${(error as Error).message}`);
  }
  if (names.length === 0) throw new FiguresError(`${folder} holds no .json file`);
  return names.sort().map((name) => {
    const path = join(folder, name);
    try {
      return {
        name: name.slice(0, -'.json'.length),
        content: JSON.parse(readFileSync(path, 'utf8')),
      };
    } catch (error) {
      throw new FiguresError(`${path} is no JSON file: ${(error as Error).message}`);
    }
  });
}

/** The content of a file as a kind of figures; a FiguresError that names file and place when it is not. */
export function parseFigures<T>(file: FigureFile, schema: z.ZodType<T>): T {
  const result = schema.safeParse(file.content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new FiguresError(
    `${file.name}.json: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'wrong'}`,
  );
}

/**
 * The seeds that a recipe names as `torch.manual_seed(seed+N)`, in its order.
 *
 * @throws FiguresError when there are fewer than `count`
 */
export function recipeSeeds(recipe: string, seed: number, count: number): number[] {
  const seeds = [...recipe.matchAll(/manual_seed\(seed\+(\d+)\)/g)].map(
    ([, n]) => seed + Number(n),
  );
  if (seeds.length < count) {
    throw new FiguresError(
      `the recipe names ${seeds.length} seeds where ${count} are needed: ${recipe}`,
    );
  }
  return seeds;
}
