// The sample of ImageNet that a search uses: of each class a share of the training images, some of them to
// validate. The original's imagenet_data_sample.py, which draws with replacement and without a seed.

import { constants } from 'node:fs';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError } from './dataset.js';
import { Mt19937 } from './mt19937.js';
import { roundHalfEven } from './rounding.js';

/** How an image gets into the sample: a link to it by path, another name of the same file, or a copy. */
export const PLACEMENTS = ['symlink', 'hardlink', 'copy'] as const;

export interface SampleOptions {
  /** The folder with a folder for each class of training images. */
  source: string;
  /** The folder that gets `train/CLASS/`, `val/CLASS/` and manifest.json. */
  target: string;
  seed: number;
  /** Share of a class that is sampled. The original: 1/8. */
  share: number;
  /** Share of that which goes to `val`. The original: 1/5. */
  validation_share: number;
  placement: (typeof PLACEMENTS)[number];
  /** Quirk: draws with replacement, so that images come twice, also in both parts. */
  with_replacement: boolean;
}

/** The images of a class that are chosen, by file name. */
interface ClassSample {
  train: string[];
  val: string[];
}

interface Manifest extends Omit<SampleOptions, 'target'> {
  classes: Record<string, ClassSample>;
}

const MANIFEST = 'manifest.json';
const IMAGE = /\.(jpe?g|png|webp)$/i;

/**
 * Draws the sample and puts it down; what an earlier call with the same options has put down already is kept,
 * so that one that was broken off goes on. The manifest, which lists the sample, is there first.
 *
 * @param begin Told how many classes there are.
 * @param advance Told after each class.
 * @returns How many images each part has.
 * @throws DataError when the source has no images, a class too few for a part, or the target holds anything
 * but this sample.
 */
export async function sampleImageNet(
  options: SampleOptions,
  begin: (classes: number) => void,
  advance: () => void,
): Promise<{ train: number; val: number }> {
  const manifest = await drawn({ ...options, source: resolve(options.source) });
  await claim(options.target, manifest);
  const classes = Object.entries(manifest.classes);
  const counts = { train: 0, val: 0 };
  begin(classes.length);
  for (const [name, sample] of classes) {
    for (const part of ['train', 'val'] as const) {
      const folder = join(options.target, part, name);
      await mkdir(folder, { recursive: true });
      for (const file of sample[part]) {
        await place(join(manifest.source, name, file), join(folder, file), options.placement);
      }
      counts[part] += sample[part].length;
    }
    advance();
  }
  return counts;
}

/** Chooses: the classes, and the images of each, in the order of their names. */
async function drawn({ target: _, ...options }: SampleOptions): Promise<Manifest> {
  const { source, seed } = options;
  const entries = await readdir(source, { withFileTypes: true }).catch((cause) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such folder' : cause.code;
    throw new DataError(`${source}: ${reason}`, { cause });
  });
  const names = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  if (names.length === 0) throw new DataError(`${source}: no class folders`);
  const generator = new Mt19937(seed);
  const classes: Record<string, ClassSample> = {};
  for (const name of names.sort()) {
    const files = (await readdir(join(source, name))).filter((file) => IMAGE.test(file)).sort();
    if (files.length === 0)
      throw new DataError(`${join(source, name)}: no JPEG, PNG or WebP images`);
    classes[name] = sampleOf(files, generator, options, join(source, name));
  }
  return { ...options, classes };
}

function sampleOf(
  files: string[],
  generator: Mt19937,
  { share, validation_share, with_replacement }: Omit<Manifest, 'classes'>,
  folder: string,
): ClassSample {
  const count = roundHalfEven(files.length * share);
  const held = roundHalfEven(count * validation_share);
  const places = with_replacement
    ? Array.from({ length: count }, () => generator.numpyRandint(files.length))
    : [...generator.randperm(files.length).subarray(0, count)];
  const named = (some: number[]) => [...new Set(some)].map((place) => files[place] as string);
  const sample = { train: named(places.slice(held)), val: named(places.slice(0, held)) };
  const empty = (['train', 'val'] as const).find((part) => sample[part].length === 0);
  if (empty !== undefined) {
    throw new DataError(
      `${folder}: ${files.length} images are too few: ${count} would be sampled, none of them for ${empty}`,
    );
  }
  return sample;
}

/** Takes an empty target, or one with this very sample. */
async function claim(target: string, manifest: Manifest): Promise<void> {
  await mkdir(target, { recursive: true });
  const path = join(target, MANIFEST);
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  const there = await readdir(target);
  if (there.includes(MANIFEST)) {
    if ((await readFile(path, 'utf8')) === text) return;
    throw new DataError(
      `${path} is of another sample: other options, or another source. Choose another folder`,
    );
  }
  // A manifest that was not finished is no sample yet.
  if (there.some((name) => name !== partial(MANIFEST))) {
    throw new DataError(`${target} is not empty, and holds no sample. Choose another folder`);
  }
  await writeFile(join(target, partial(MANIFEST)), text);
  await rename(join(target, partial(MANIFEST)), path);
}

const partial = (name: string) => `.${name}.partial`;

async function place(
  from: string,
  to: string,
  placement: SampleOptions['placement'],
): Promise<void> {
  if (await exists(to)) return;
  if (placement === 'symlink') return symlink(from, to);
  if (placement === 'hardlink') return link(from, to);
  // A copy that was broken off does not count.
  const unfinished = join(dirname(to), partial(basename(to)));
  await copyFile(from, unfinished, constants.COPYFILE_FICLONE);
  await rename(unfinished, to);
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
