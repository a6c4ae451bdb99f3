# One trial of the `step` and `memory` benchmarks in PyTorch; benchmarks/trials/step.ts is its twin, line by line.
import contextlib
import json
import resource
import sys
import time

import torch
from torch.nn import functional as F

from supernet import SearchNetwork


def peak_bytes():
    """The largest resident set so far; macOS counts it in bytes, Linux in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)


def main(request):
    torch.set_num_threads(request['threads'])
    torch.manual_seed(request['seed'])
    model = SearchNetwork(request['channels']).train(request['training'])
    x = torch.randn(request['batch'], 3, request['size'], request['size'])
    y = torch.randint(0, 10, (request['batch'],))
    before = peak_bytes()
    seconds, losses = [], []
    with contextlib.nullcontext() if request['training'] else torch.no_grad():
        for _ in range(request['steps']):
            start = time.perf_counter()
            loss = F.cross_entropy(model(x), y)
            if request['training']:
                loss.backward()
                model.zero_grad()
            seconds.append(time.perf_counter() - start)
            losses.append(loss.item())
            del loss
    return {
        'proof': {'parameters': sum(p.numel() for p in model.weights()), 'loss': losses[0]},
        'metrics': {
            'seconds': sorted(seconds[request['warmup']:])[(request['steps'] - request['warmup']) // 2],
            'peak_growth': peak_bytes() - before,
            'peak': peak_bytes(),
        },
    }


print(json.dumps(main(json.loads(sys.argv[1]))))
