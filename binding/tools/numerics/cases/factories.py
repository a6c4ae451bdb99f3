# Tensors out of nothing. Without a dtype numbers make float32, BigInts int64 and booleans bool, so
# Python gives here what stands for that: a float, an int, a bool.
import torch

from encode import BigInt
from inputs import ramp
from run import Case

WINDOWS = 'hann_window hamming_window bartlett_window blackman_window kaiser_window'


def cases():
    yield Case('arange', 5.0)
    yield Case('arange', BigInt(5))
    yield Case('arange', 1.0, 2.0, 0.25)
    yield Case('arange', BigInt(9), BigInt(0), BigInt(-2))
    yield Case('arange', 0, 1, 0.3, dtype=torch.float64)
    yield Case('arange', 2, 6, dtype=torch.int32)
    yield Case('range', 1.0, 4.0, 0.5)
    yield Case('linspace', -1, 1, 7)
    yield Case('linspace', 0.1, 0.7, 4, dtype=torch.float64)
    yield Case('linspace', 0, 10, 5, dtype=torch.int64)
    yield Case('linspace', 0, 1, 1)
    yield Case('logspace', 0, 2, 5)
    yield Case('logspace', 0, 3, 4, 2.0, dtype=torch.float64)
    for value in (3.0, BigInt(3), True, 0.1, float('inf')):
        yield Case('full', [2, 2], value)
    yield Case('full', [2], 7, dtype=torch.uint8)
    yield Case('full', [2], 0.1, dtype=torch.bfloat16)
    for name in 'zeros ones'.split():
        yield Case(name, [2, 3])
        yield Case(name, [0, 2], dtype=torch.int64)
        yield Case(f'{name}_like', ramp(2, 2, dtype='float64', grad=False))
        yield Case(f'{name}_like', ramp(2, grad=False), dtype=torch.bool)
        yield Case(f'new_{name}', ramp(1, dtype='int32', low=0, high=2), [2])
    yield Case('full_like', ramp(2, 2, grad=False), 0.5)
    yield Case('full_like', ramp(2, dtype='int64', low=0, high=5), 3)
    yield Case('new_full', ramp(1, dtype='float64', grad=False), [2], 1.5)
    yield Case('eye', 3)
    yield Case('eye', 2, 3, dtype=torch.int64)
    yield Case('scalar_tensor', 1.5)
    for name in WINDOWS.split():
        yield Case(name, 6)
        yield Case(name, 5, False, dtype=torch.float64)
    yield Case('kaiser_window', 5, True, 8.0)
    yield Case('hamming_window', 5, True, 0.5, 0.5)
    yield Case('complex', ramp(2, 2), ramp(2, 2))
    yield Case('polar', ramp(2, 2, low=0), ramp(2, 2))
    yield Case('vander', ramp(3, grad=False))
    yield Case('empty', [0, 3])
    yield Case('tril_indices', 2, 3, dtype=torch.int32)
