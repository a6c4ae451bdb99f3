# One trial of the `startup` benchmark in PyTorch; benchmarks/trials/startup.ts is its twin. The harness takes the time.
import json
import sys
import time

start = time.perf_counter()
import torch

seconds = time.perf_counter() - start

size = json.loads(sys.argv[1])['size']
print(json.dumps({'proof': {'sum': torch.ones(size, size).add(1).sum().item()}, 'metrics': {'import': seconds}}))
