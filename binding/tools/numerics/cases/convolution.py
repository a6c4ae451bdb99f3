# Convolutions and their transposes in one to three dimensions.
import torch

from encode import Each
from inputs import ramp
from run import Case

SPACES = {1: (5,), 2: (3, 4), 3: (2, 3, 3)}
KERNELS = {1: (3,), 2: (3, 2), 3: (2, 3, 2)}


def cases():
    for n, space in SPACES.items():
        kernel = KERNELS[n]
        two, one = Each(2, n), Each(1, n)
        cube = [3] * n
        yield Case(f'conv{n}d', ramp(1, 2, *space), ramp(2, 2, *kernel), ramp(2))
        yield Case(f'conv{n}d', ramp(1, 2, *space), ramp(2, 1, *kernel), None, two, one, one, 2)
        yield Case(
            f'conv{n}d',
            ramp(1, 1, *space, dtype='float64'),
            ramp(2, 1, *cube, dtype='float64'),
            padding='same',
        )
        yield Case(f'conv{n}d', ramp(1, *space), ramp(2, 1, *kernel))
        yield Case(f'conv_transpose{n}d', ramp(1, 2, *space), ramp(2, 1, *kernel), ramp(1))
        yield Case(
            f'conv_transpose{n}d', ramp(1, 2, *space), ramp(2, 1, *kernel), None, two, one, one, 2
        )
    yield Case('conv2d', ramp(1, 2, 6, 6), ramp(1, 2, 2, 2), None, [2, 1], [0, 1], [2, 3])
    yield Case('conv2d', ramp(2, 4, 3, 3), ramp(4, 1, 3, 3), None, [1, 1], [1, 1], [1, 1], 4)
    yield Case('conv2d', ramp(1, 3, 4, 4, permute=(0, 1, 3, 2)), ramp(2, 3, 1, 1))
    yield Case(
        'conv2d',
        ramp(1, 2, 4, 4, dtype='bfloat16', grad=False),
        ramp(2, 2, 3, 3, dtype='bfloat16', grad=False),
    )
    yield Case('conv1d', ramp(1, 8, 16, grad=False), ramp(8, 8, 3, grad=False), padding='valid')
    yield Case(
        'convolution',
        ramp(1, 2, 4, 4),
        ramp(2, 2, 3, 3),
        ramp(2),
        [1, 1],
        [1, 1],
        [1, 1],
        False,
        [0, 0],
        1,
    )
    yield Case('conv_tbc', ramp(5, 1, 2), ramp(3, 2, 2), ramp(2), 1)
    yield Case('contiguous', ramp(1, 2, 2, 3), memory_format=torch.channels_last)
