# One trial of the `loader` benchmark with torchvision and PyTorch's DataLoader; benchmarks/trials/loader.ts is its twin.
import json
import multiprocessing
import os
import re
import sys
import time

import numpy as np
import torch
from PIL import Image
from torchvision import transforms


class Cutout:
    """Zeros in a square around a random place, drawn from numpy's generator."""

    def __init__(self, length):
        self.half = length // 2

    def __call__(self, image):
        _, height, width = image.shape
        y, x = np.random.randint(height), np.random.randint(width)
        image[:, max(0, y - self.half):y + self.half, max(0, x - self.half):x + self.half] = 0
        return image


def transform(specs):
    steps = []
    for spec in specs:
        name, options = spec['name'], {key: value for key, value in spec.items() if key != 'name'}
        if name == 'Normalize':
            steps.append(transforms.ToTensor())
        steps.append(Cutout(**options) if name == 'Cutout' else getattr(transforms, name)(**options))
    return transforms.Compose(steps)


class InMemory(torch.utils.data.Dataset):
    """Images of 32 x 32 x 3, such as CIFAR's, as torchvision.datasets.CIFAR10 holds and reads them."""

    def __init__(self, count, change):
        row, column, channel = np.ogrid[:32, :32, :3]
        image = np.arange(count).reshape(-1, 1, 1, 1)
        self.data = ((7 * row + 13 * column + 29 * channel)[None] + 31 * image).astype(np.uint8)
        self.change = change

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.change(Image.fromarray(self.data[index])), index % 10


class InFiles(torch.utils.data.Dataset):
    """The first images in files below a folder, read as torchvision.datasets.ImageFolder does."""

    def __init__(self, folder, count, change):
        names = [os.path.relpath(os.path.join(at, name), folder)
                 for at, _, names in os.walk(folder) for name in names]
        names = sorted(name for name in names if re.search(r'\.jpe?g$', name, re.I))
        self.paths = [os.path.join(folder, name) for name in names[:count]]
        self.change = change

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with open(self.paths[index], 'rb') as file:
            return self.change(Image.open(file).convert('RGB')), index % 10


def memory_bytes():
    """Memory of this process and its workers; what they share counts once (Linux only)."""
    total = 0
    for process in [os.getpid(), *(child.pid for child in multiprocessing.active_children())]:
        with open(f'/proc/{process}/smaps_rollup') as file:
            total += 1024 * int(re.search(r'^Pss:\s+(\d+)', file.read(), re.M)[1])
    return total


def main(request):
    torch.set_num_threads(1)
    change, images = transform(request['transforms']), request['images']
    dataset = InFiles(request['folder'], images, change) if 'folder' in request else InMemory(images, change)

    def load():
        return torch.utils.data.DataLoader(
            dataset, batch_size=request['batch'], shuffle=True, num_workers=request['workers'])

    torch.manual_seed(request['seed'])
    before = memory_bytes()
    first, labels = next(iter(load()))
    proof = {'labels': labels.sum().item(), 'magnitude': first.abs().mean().item()}
    nanoseconds, during = [], 0
    loader = load()
    for _ in range(request['python_passes']):
        count, start = 0, None
        for taken, _labels in loader:
            if start is None:
                start = time.perf_counter()
            else:
                count += len(taken)
            end = time.perf_counter()
            if not during and count > len(dataset) / 2:
                during = memory_bytes()
        nanoseconds.append(1e9 * (end - start) / count)
    return {
        'proof': proof,
        'metrics': {
            'image': sorted(nanoseconds)[len(nanoseconds) // 2],
            'memory': during,
            'memory_growth': during - before,
        },
    }


if __name__ == '__main__':
    print(json.dumps(main(json.loads(sys.argv[1]))))
