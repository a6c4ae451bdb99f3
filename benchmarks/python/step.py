# One trial of the `step` and `memory` benchmarks in PyTorch; benchmarks/trials/step.ts is its twin, line by line.
import contextlib
import json
import os
import resource
import statistics
import sys
import time

import torch
from torch.nn import functional as F

from supernet import SearchNetwork


def peak_bytes():
    """The largest resident set so far; macOS counts it in bytes, Linux in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)


def search_seconds(model, run, request):
    """Seconds a step of the original's search, with batches that workers load meanwhile."""
    from loader import InMemory, transform  # needs torchvision

    weights = torch.optim.SGD(model.weights(), 0.05, momentum=0.9, weight_decay=3e-4)
    architecture = torch.optim.Adam(model.architecture(), 3e-4, betas=(0.5, 0.999), weight_decay=1e-3)
    dataset = InMemory(50 * request['batch'], transform(request['transforms']))

    def batches():
        return iter(torch.utils.data.DataLoader(dataset, request['batch'], shuffle=True, num_workers=2))

    train, valid, seconds = batches(), batches(), []
    for _ in range(request['search_steps']):
        start = time.perf_counter()
        (x, y), (x_valid, y_valid) = next(train), next(valid)
        architecture.zero_grad()
        F.cross_entropy(run(x_valid), y_valid).backward()
        architecture.step()
        weights.zero_grad()
        loss = F.cross_entropy(run(x), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.weights(), 5)
        weights.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    return statistics.median_high(seconds[request['warmup']:])


def main(request):
    torch.set_num_threads(request['threads'])
    torch.manual_seed(request['seed'])
    partial = {'k': 4, 'betas': True} if request['method'] == 'B-PC-DARTS' else {}
    model = SearchNetwork(request['channels'], **partial).train(request['training'])
    run = model
    if 'compile' in request:
        os.environ['TORCHINDUCTOR_CACHE_DIR'] = os.path.abspath(request['compile'])
        run = torch.compile(model)
    x = torch.randn(request['batch'], 3, request['size'], request['size'])
    y = torch.randint(0, 10, (request['batch'],))
    before = peak_bytes()
    seconds, losses = [], []
    with contextlib.nullcontext() if request['training'] else torch.no_grad():
        for _ in range(request['steps']):
            start = time.perf_counter()
            loss = F.cross_entropy(run(x), y)
            if request['training']:
                loss.backward()
                model.zero_grad()
            seconds.append(time.perf_counter() - start)
            losses.append(loss.item())
            del loss
    metrics = {
        'seconds': statistics.median_high(seconds[request['warmup']:]),
        'peak_growth': peak_bytes() - before,
        'peak': peak_bytes(),
    }
    if request['search_steps'] > 0:
        metrics['search'] = search_seconds(model, run, request)
    return {
        'proof': {'parameters': sum(p.numel() for p in model.weights()), 'loss': losses[0]},
        'metrics': metrics,
    }


if __name__ == '__main__':
    print(json.dumps(main(json.loads(sys.argv[1]))))
