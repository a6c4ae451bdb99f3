# Which dtype comes of which: tensors of different dtypes, scalars beside tensors, tensors without
# dimensions. A Python float beside an integer tensor is never integral here: in JavaScript 2.0 is
# 2.
import torch

from encode import BigInt
from inputs import flags, given, ramp
from run import Case

DTYPES = 'bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64'.split()


def small(dtype, *shape):
    if dtype == 'bool':
        return flags(*shape, grad=False)
    return ramp(*shape, dtype=dtype, low=1, high=5, grad=False)


def cases():
    for i, first in enumerate(DTYPES):
        for second in DTYPES[i:]:
            yield Case('add', small(first, 2), small(second, 2))
    for first, second in [
        ('int64', 'float16'),
        ('uint8', 'int8'),
        ('bool', 'int64'),
        ('float16', 'bfloat16'),
        ('float32', 'float64'),
        ('int32', 'bool'),
    ]:
        for name in 'mul div pow maximum eq atan2'.split():
            if name != 'pow' or 'float16' not in (first, second):
                yield Case(name, small(first, 2), small(second, 1))
        yield Case('cat', [small(first, 1), small(second, 2)])
        yield Case('stack', [small(first, 2), small(second, 2)])
        yield Case('where', flags(2), small(first, 2), small(second, 2))
        yield Case('result_type', small(first, 2), small(second, 1))
    # A tensor without dimensions counts only where it is of a higher kind.
    for first, second in [
        ('float32', 'float64'),
        ('int32', 'int64'),
        ('int32', 'float64'),
        ('uint8', 'int16'),
        ('bool', 'int32'),
        ('float16', 'float32'),
        ('float32', 'complex64'),
    ]:
        yield Case('mul', small(first, 2), small(second))
        yield Case('mul', small(first), small(second))
    # Numbers: integral ones beside integers are integers, all others floats.
    for dtype in DTYPES:
        for number in (3, 2.5, True):
            yield Case('mul', small(dtype, 2), number)
        yield Case('add', small(dtype, 2), BigInt(3))
    for dtype in ('uint8', 'int8', 'int32', 'int64', 'bool'):
        yield Case('div', small(dtype, 2), 2)
        yield Case('pow', small(dtype, 2), 2)
        yield Case('eq', small(dtype, 2), 1)
        yield Case('lt', small(dtype, 2), 1.5)
        yield Case('sum', small(dtype, 3))
        yield Case('prod', small(dtype, 3))
        yield Case('cumsum', small(dtype, 3), 0)
        yield Case('mean', small(dtype, 3), dtype=torch.float32)
    yield Case('add', given([9007199254740993], 'int64'), 1)
    yield Case('mul', given([3], 'int64'), BigInt(2**60 + 1))
    yield Case('add', given([200], 'uint8'), 100)
    yield Case('add', given([100], 'int8'), given([100], 'int8'))
    yield Case('neg', given([1, 255], 'uint8'))
    yield Case('sub', given([0], 'uint8'), given([1], 'uint8'))
    yield Case('add', ramp(2, dtype='float16', grad=False), 1e-4)
    yield Case('mul', ramp(2, dtype='bfloat16', grad=False), 3.14159)
    for dtype, number in [(torch.float32, 2), (torch.int64, BigInt(2)), (torch.bool, True)]:
        yield Case('scalar_tensor', number, dtype=dtype)
    yield Case('promote_types', torch.int64, torch.float16)
    yield Case('can_cast', torch.float32, torch.int32)
    yield Case('can_cast', torch.int32, torch.float32)
    for target in (
        'uint8',
        'int8',
        'int32',
        'int64',
        'bool',
        'float16',
        'bfloat16',
        'float64',
        'complex64',
    ):
        yield Case('to', given([0.0, 1.75, 2.5, 100.25], grad=False), getattr(torch, target))
    yield Case('to', given([65504.0, 1e-8, 70000.0, 0.1], grad=False), torch.float16)
    yield Case('to', given([0.1, 3.0e38, 1.00390625], grad=False), torch.bfloat16)
    yield Case('to', given([-1, 300, 2**40 + 5], 'int64'), torch.uint8)
    yield Case('to', given([2**53 + 1, -(2**62) - 1], 'int64'), torch.float64)
    yield Case('type_as', ramp(3), given([1], 'float64', grad=False))
