// The benchmarks: which trials each is made of, and what ratio of ours to Python's each figure has to reach.

/** A request to benchmarks/trials/step.ts: a few steps of the B-DARTS search network. */
export interface StepRequest {
  threads: number;
  seed: number;
  /** Initial channels C of the network. */
  channels: number;
  /** Images in a batch. */
  batch: number;
  /** Height and width of an image, in pixels. */
  size: number;
  /** Forward and backward in training mode; else a forward in eval mode without grad. */
  training: boolean;
  steps: number;
  /** The first steps, left out of the time. */
  warmup: number;
}

/** A request to benchmarks/trials/dispatch.ts: loops over single operators on tensors of a few elements. */
export interface DispatchRequest {
  threads: number;
  seed: number;
  calls: number;
  repeats: number;
}

export interface Metric {
  /** Key in a trial's metrics. */
  key: string;
  title: string;
  unit: 's' | 'ns' | 'bytes';
  /** Largest ratio of ours to Python's that reaches the goal; without one the figure is only reported. */
  goal?: number;
}

/** One kind of trial process, with what it measures. */
export interface Part {
  title: string;
  /** Name of the script in benchmarks/trials/ and benchmarks/python/. */
  script: 'step' | 'dispatch';
  request: StepRequest | DispatchRequest;
  /** Environment variables of its processes, on both sides. */
  environment?: Record<string, string>;
  metrics: Metric[];
}

export interface Options {
  trials: number;
  threads: number;
  batch: number;
}

const SEED = 2;

function network(training: boolean, { threads, batch }: Options, steps: number): StepRequest {
  return { threads, seed: SEED, channels: 16, batch, size: 32, training, steps, warmup: 1 };
}

/*
 * Memory is judged by its growth: the peak of the resident set after the steps less the peak before the first. The
 * absolute peak holds what importing each side costs as well (Python's torch maps its CUDA libraries where it has
 * any), which would hide what a step needs; it is reported beside it.
 */
function memory(goal: number): Metric[] {
  return [
    { key: 'peak_growth', title: 'peak memory growth', unit: 'bytes', goal },
    { key: 'peak', title: 'peak memory, absolute', unit: 'bytes' },
  ];
}

/*
 * Left alone, glibc soon takes tensors from its heap. How far that grows then depends on the holes it finds: importing
 * torch in Python leaves some 100 MB of them, in which a small forward vanishes. With the threshold frozen at
 * its first value each tensor is a mapping of its own, and the peak is that of the tensors alive.
 */
const SEPARATE_MAPPINGS = { MALLOC_MMAP_THRESHOLD_: '131072' };

const OPERATOR_GOALS = { add: 0.8, relu: 0.8, mul: 0.8, sum: 0.8, matmul: 1, conv2d: 1 };

export const BENCHMARKS: Record<string, (options: Options) => Part[]> = {
  step: (options) => [
    {
      title: 'training step',
      script: 'step',
      request: network(true, options, 4),
      metrics: [{ key: 'seconds', title: 'time', unit: 's', goal: 1.03 }, ...memory(1.06)],
    },
  ],
  memory: (options) => [
    {
      title: 'training step',
      script: 'step',
      request: network(true, options, 2),
      environment: SEPARATE_MAPPINGS,
      metrics: memory(1.06),
    },
    {
      title: 'forward without grad',
      script: 'step',
      request: network(false, options, 2),
      environment: SEPARATE_MAPPINGS,
      metrics: memory(1.1),
    },
  ],
  dispatch: ({ threads }) => [
    {
      title: 'dispatch',
      script: 'dispatch',
      request: { threads, seed: SEED, calls: 1000, repeats: 50 },
      metrics: Object.entries(OPERATOR_GOALS).flatMap(([key, goal]): Metric[] => [
        { key, title: `${key}, forward`, unit: 'ns', goal },
        { key: `${key}_backward`, title: `${key}, forward and backward`, unit: 'ns', goal },
      ]),
    },
  ],
};
