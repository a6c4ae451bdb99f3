// The benchmarks: which trials each is made of, and what ratio of ours to Python's each figure has to reach.

import type { TransformSpec } from '../src/data/transforms.js';

/** A request to benchmarks/trials/step.ts: a few steps of a search network. */
export interface StepRequest {
  method: 'B-DARTS' | 'B-PC-DARTS';
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
  /** Of our side; Python's is always its plain eager one. */
  execution: 'plain' | 'fused';
  steps: number;
  /** Whole steps of a search, architecture and weights; 0: none. */
  search_steps: number;
  /** Of the images that the workers of such a search load. */
  transforms: readonly TransformSpec[];
  /** The first steps of each kind, left out of the time. */
  warmup: number;
  /** Where Python keeps what torch.compile makes; without it, Python computes eagerly. */
  compile?: string;
}

/** A request to benchmarks/trials/dispatch.ts: loops over single operators on tensors of a few elements. */
export interface DispatchRequest {
  threads: number;
  seed: number;
  calls: number;
  repeats: number;
}

/** A request to benchmarks/trials/array_copy.ts: copies between arrays of the language and tensors. */
export interface CopyRequest {
  /** float32 elements of a copy. */
  elements: number;
  calls: number;
  repeats: number;
}

/** A request to benchmarks/trials/startup.ts: a process that computes one thing. */
export interface StartupRequest {
  size: number;
}

/** A request to benchmarks/trials/loader.ts: passes over images, from memory or files. */
export interface LoaderRequest {
  seed: number;
  workers: number;
  batch: number;
  /** How many images a pass has. */
  images: number;
  /** Where JPEG files lie. Default: images of 3 x 32 x 32 in memory. */
  folder?: string;
  transforms: readonly TransformSpec[];
  passes: number;
  python_passes: number;
}

export interface Metric {
  /** Key in a trial's metrics; `first_output` is the harness's: seconds from the process's start to what it prints. */
  key: string;
  title: string;
  unit: 's' | 'ns' | 'bytes';
  /** Largest ratio of ours to Python's that reaches the goal; without one the figure is only reported. */
  goal?: number;
  /** Whether Python has no such figure. */
  alone?: true;
}

/** One kind of trial process, with what it measures. */
export interface Part {
  title: string;
  /** Name of the script in benchmarks/trials/ and benchmarks/python/. */
  script: 'step' | 'dispatch' | 'array_copy' | 'startup' | 'loader';
  request: StepRequest | DispatchRequest | CopyRequest | StartupRequest | LoaderRequest;
  /** Environment variables of its processes, on both sides. */
  environment?: Record<string, string>;
  metrics: Metric[];
}

export interface Options {
  trials: number;
  threads: number;
  batch: number;
  /** How our supernets compute (step). */
  execution: 'plain' | 'fused';
  /** A folder for what torch.compile makes in Python (step). */
  compile?: string;
  /** A folder with JPEG files (loader). */
  images?: string;
}

const SEED = 2;

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

/** Without a step of a search. */
const network = (method: StepRequest['method'], { threads, batch }: Options): StepRequest => ({
  ...{ method, threads, seed: SEED, channels: 16, batch, size: 32, transforms: CIFAR },
  ...{ training: true, execution: 'plain', steps: 2, search_steps: 0, warmup: 1 },
});

const SEARCH_STEP = { key: 'search', title: 'whole search step, with data', unit: 's' } as const;

const PLAIN_STEP: Metric[] = [
  { key: 'seconds', title: 'forward and backward', unit: 's', goal: 1.03 },
  ...memory(1.06),
  SEARCH_STEP,
];

/** As torch.kernels.region_seconds() names them. */
const REGIONS = [
  ...['first stages', 'second stages', 'nodes', 'conv_bn'],
  ...['sums of last stages', 'second stages backward', 'first stages backward', 'conv_bn backward'],
  'outside',
];

/** What a search on a CPU gains by kernels of its own, and where its time goes. */
const fusedStep = (method: StepRequest['method']): Metric[] => [
  {
    ...{ key: 'seconds', title: 'forward and backward', unit: 's' },
    goal: method === 'B-DARTS' ? 1 / 5 : 1 / 4.5,
  },
  { key: 'peak', title: 'peak memory, absolute', unit: 'bytes', goal: 0.4 },
  { ...SEARCH_STEP, goal: 1 / 4.5 },
  { key: 'search_bare', title: 'the same without loading', unit: 's', alone: true },
  { key: 'limit', title: 'limit of the arithmetic', unit: 's', alone: true },
  ...REGIONS.map((key): Metric => ({ key, title: `  ${key}`, unit: 's', alone: true })),
];

const SIMPLE = { forward: 0.75, recorded: 0.7, backward: 0.6 };
const COMPOSED = { forward: 1, recorded: 1, backward: 1 };
const OPERATOR_GOALS: Record<string, Partial<typeof SIMPLE>> = {
  ...{ add: SIMPLE, relu: SIMPLE, mul: SIMPLE, sum: SIMPLE, matmul: COMPOSED, conv2d: COMPOSED },
  // Calls with a keyword and with lists, beside the plain ones: they are to cost no more than 1.3 of those.
  ...{ add_keyword: {}, sum_plain: {}, sum_list_keyword: {}, cat_list: {} },
};

const LOADING = { seed: SEED, workers: 2, batch: 256 };

/** The original's training images of CIFAR-10, and of ImageNet. */
const CIFAR: readonly TransformSpec[] = [
  { name: 'RandomCrop', size: 32, padding: 4 },
  { name: 'RandomHorizontalFlip', p: 0.5 },
  {
    name: 'Normalize',
    mean: [0.49139968, 0.48215827, 0.44653124],
    std: [0.24703233, 0.24348505, 0.26158768],
  },
  { name: 'Cutout', length: 16 },
];
const IMAGENET: readonly TransformSpec[] = [
  { name: 'RandomResizedCrop', size: 224 },
  { name: 'RandomHorizontalFlip', p: 0.5 },
  { name: 'ColorJitter', brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2 },
  { name: 'Normalize', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
];
/** Of all processes; what they share counts once. */
const LOADER_MEMORY: Metric[] = [
  { key: 'memory', title: 'memory', unit: 'bytes' },
  { key: 'memory_growth', title: 'memory, growth', unit: 'bytes' },
];

export const BENCHMARKS: Record<string, (options: Options) => Part[]> = {
  step: (options) =>
    (['B-DARTS', 'B-PC-DARTS'] as const).map((method) => ({
      title: method,
      script: 'step',
      request: {
        ...network(method, options),
        ...{ execution: options.execution, compile: options.compile },
        ...{ steps: 5, search_steps: 3, warmup: options.compile ? 2 : 1 },
      },
      metrics: options.execution === 'plain' ? PLAIN_STEP : fusedStep(method),
    })),
  memory: (options) => [
    {
      title: 'training step',
      script: 'step',
      request: network('B-DARTS', options),
      environment: SEPARATE_MAPPINGS,
      metrics: memory(1.06),
    },
    {
      title: 'forward without grad',
      script: 'step',
      request: { ...network('B-DARTS', options), training: false },
      environment: SEPARATE_MAPPINGS,
      metrics: memory(1.1),
    },
  ],
  startup: () => [
    {
      title: 'startup',
      script: 'startup',
      request: { size: 3 },
      metrics: [
        { key: 'first_output', title: 'process to first result', unit: 's', goal: 1 / 3 },
        { key: 'import', title: 'import alone', unit: 's' },
      ],
    },
  ],
  loader: ({ images: folder }) => [
    {
      title: 'CIFAR, 2 workers',
      script: 'loader',
      request: { ...LOADING, images: 50_000, transforms: CIFAR, passes: 3, python_passes: 1 },
      metrics: [{ key: 'image', title: 'an image', unit: 'ns', goal: 1 / 10 }, ...LOADER_MEMORY],
    },
    {
      title: 'JPEG to 224, 2 workers',
      script: 'loader',
      request: {
        ...LOADING,
        ...{ batch: 64, images: 1024, folder, transforms: IMAGENET, passes: 1, python_passes: 1 },
      },
      metrics: [{ key: 'image', title: 'an image', unit: 'ns', goal: 1 / 1.5 }, ...LOADER_MEMORY],
    },
  ],
  // In Python, what a copy costs at least: an allocation and a memcpy.
  copy: () => [
    {
      title: 'copy of 4 MiB',
      script: 'array_copy',
      request: { elements: 1 << 20, calls: 20, repeats: 20 },
      metrics: [
        { key: 'in', title: 'array into a tensor', unit: 'ns', goal: 1.2 },
        { key: 'out', title: 'tensor into an array', unit: 'ns', goal: 1.2 },
      ],
    },
  ],
  dispatch: ({ threads }) => [
    {
      title: 'dispatch',
      script: 'dispatch',
      request: { threads, seed: SEED, calls: 1000, repeats: 50 },
      metrics: Object.entries(OPERATOR_GOALS).flatMap(([key, goals]): Metric[] => [
        { key, title: `${key}, forward`, unit: 'ns', goal: goals.forward },
        { key: `${key}_recorded`, title: `${key}, recorded`, unit: 'ns', goal: goals.recorded },
        { key: `${key}_backward`, title: `${key}, and backward`, unit: 'ns', goal: goals.backward },
      ]),
    },
  ],
};
