# What search and training trajectories share: batches, schedules, and how far noise moves a run.
import math

import torch

from figures import sums

# Added to every image, to tell how far the rounding of another implementation may grow.
NOISE = {torch.float32: 1e-6, torch.float64: 1e-12}


def draw_batch(shape: list, classes: int) -> tuple:
    x = torch.randn(shape)
    return x, torch.randint(0, classes, (shape[0],))


def cast(batches: list, dtype: torch.dtype, noisy: bool) -> list:
    """`batches` of (x, y) pairs; noise comes from a generator of its own."""
    generator = torch.Generator().manual_seed(999)

    def image(x):
        x = x.to(dtype)
        if noisy:
            x = x + NOISE[dtype] * torch.randn(x.shape, generator=generator, dtype=dtype)
        return x

    return [(image(x), y) for x, y in batches]


def cosine(epoch: int, epochs: int, lr: float, lr_min: float) -> float:
    return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * epoch / epochs)) / 2


def described(x: torch.Tensor, y: torch.Tensor) -> tuple[list, list]:
    return sums(x), y.tolist()


def furthest(a: list, b: list) -> float:
    return max(abs(p - q) for p, q in zip(a, b, strict=True))
