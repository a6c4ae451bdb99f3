// A process that runs fused and plain cells under the instruction set that its environment names; it prints which that
// is, and the largest difference in float64 and of a loss in float32.
import fc from 'fast-check';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { arbitraryCell, runBoth } from './arbitrary_cell.js';
import { largestDifference } from './both_executions.js';

const cases = fc.sample(arbitraryCell({ size: 9, batch: 3, pairs: 9 }), { numRuns: 8, seed: 4 });
const float64 = cases.map((chosen) =>
  torch.tidy(() => {
    const { plain, fused } = runBoth(chosen);
    return largestDifference(fused, plain).error;
  }),
);
const float32 = cases.map((chosen) =>
  torch.tidy(() => {
    const { plain, fused } = runBoth(chosen, 'float32');
    const [a, b] = [plain, fused].map((results) => results.get('output') as Tensor);
    return Number(
      (a as Tensor)
        .sub(b as Tensor)
        .norm()
        .div((a as Tensor).norm())
        .item(),
    );
  }),
);
console.log(
  JSON.stringify({
    instructions: torch.kernels.instruction_set(),
    float64: Math.max(...float64),
    float32: Math.max(...float32),
  }),
);
