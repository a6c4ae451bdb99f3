// Whole steps of a search: the architecture, then the weights; benchmarks/python/step.py has the twin.
import * as torch from 'torch-js';
import { Loader } from '../../src/data/loader.js';
import { RandomSampler } from '../../src/data/sampler.js';
import { batchesInTurn } from '../../src/engine/arch_batches.js';
import { searchStep } from '../../src/engine/search_step.js';
import type { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { FirstOrderArchitect, type LabelledImages, SGD } from '../../src/optim/index.js';
import type { StepRequest } from '../benchmarks.js';
import { imagesInMemory } from '../images.js';
import { median } from './trial.js';

/** Seconds a step, on one batch again and again, and with batches that workers load meanwhile. */
export function searchSeconds(
  model: SearchNetwork,
  fixed: LabelledImages,
  request: StepRequest,
): { search_bare: number; search: number } {
  const criterion = new CrossEntropyLoss();
  const optimizer = new SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weight_decay: 3e-4 });
  const architect = new FirstOrderArchitect(model, criterion, { lr: 3e-4 });
  const dataset = imagesInMemory(50 * request.batch);
  const loader = () =>
    new Loader({
      ...{ dataset, transforms: request.transforms, batch_size: request.batch, num_workers: 2 },
      sampler: new RandomSampler(Int32Array.from({ length: dataset.length }, (_, i) => i)),
    });
  const time = (next: (half: 0 | 1) => LabelledImages) => {
    const seconds = Array.from({ length: request.search_steps }, () =>
      torch.tidy(() => {
        const start = performance.now();
        const [train, valid] = [next(0), next(1)];
        const { loss } = searchStep({
          ...{ model, criterion, optimizer, architect, train, valid, grad_clip: 5 },
        });
        loss.item();
        return (performance.now() - start) / 1000;
      }),
    );
    return median(seconds.slice(request.warmup));
  };
  const search_bare = time(() => fixed);
  using train = loader();
  using valid = loader();
  const halves = [batchesInTurn(train), batchesInTurn(valid)] as const;
  const search = time((half) => halves[half].next());
  for (const half of halves) half.begin();
  return { search_bare, search };
}
