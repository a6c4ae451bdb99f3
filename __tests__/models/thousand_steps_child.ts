// A process of a thousand small fused steps from the same weights; it prints how many differed from the first, and
// what grew meanwhile.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { setExecution } from '../../src/models/execution.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { makeNetwork } from './fused_networks.js';

torch.set_num_threads(2);
const network = makeNetwork('B-PC-DARTS', { C: 8, num_classes: 5, steps: 2, multiplier: 2 }, 1);
setExecution(network, 'fused');
const trained = [...network.parameters(), ...network.arch_parameters()];
const images = torch.randn([4, 3, 8, 8]);
const labels = torch.randint(0, 5, [4]);

function step(): Tensor {
  return torch.tidy(() => {
    const logits = network.call(images);
    new CrossEntropyLoss().call(logits, labels).backward();
    const all = torch.cat(
      [logits, ...trained.map(({ grad }) => grad as Tensor)].map((t) => t.flatten()),
    );
    for (const parameter of trained) parameter.grad = null;
    return all;
  });
}

/** Resident memory without what JavaScript's engine holds for itself. */
const resident = () => process.memoryUsage().rss - process.memoryUsage().heapTotal;

const first = step();
let different = 0;
const run = (steps: number) => {
  for (let i = 0; i < steps; i++) {
    const again = step();
    if (!torch.equal(again, first)) different++;
    again.dispose();
  }
};
run(100);
const before = { bytes: resident(), tensors: torch.memory().tensors };
run(900);
const tensors = torch.memory().tensors - before.tensors;
console.log(JSON.stringify({ different, tensors, bytes: resident() - before.bytes }));
