# Pooling in one to three dimensions.
from encode import Each
from inputs import given, ramp
from run import Case

SPACES = {1: (7,), 2: (5, 6), 3: (3, 4, 5)}


def cases():
    for n, space in SPACES.items():
        x = ramp(1, 2, *space) if n < 3 else ramp(1, 1, *space)
        yield Case(f'max_pool{n}d', x, 2)
        yield Case(f'max_pool{n}d', x, 3, 2, 1)
        yield Case(f'avg_pool{n}d', x, 2)
        yield Case(f'avg_pool{n}d', x, 3, 2, 1, True, False)
        yield Case(f'adaptive_avg_pool{n}d', x, Each(2, n))
        yield Case(f'adaptive_max_pool{n}d', x, 2)
    yield Case(
        'max_pool2d', ramp(1, 1, 6, 6, dtype='float64'), [2, 3], [1, 2], [1, 1], [2, 1], True
    )
    yield Case('max_pool1d_with_indices', ramp(2, 6), 2)
    yield Case('max_pool2d_with_indices', ramp(1, 5, 5), 3, 2)
    yield Case('max_pool3d_with_indices', ramp(1, 3, 3, 3), 2)
    yield Case('max_pool2d', ramp(1, 5, 4, permute=(0, 2, 1)), 2)
    yield Case('avg_pool2d', ramp(1, 4, 4), 2, divisor_override=3)
    yield Case('adaptive_avg_pool2d', ramp(1, 1, 5, 4), [1, 3])
    yield Case('adaptive_avg_pool2d', ramp(2, 2, 3, 3), Each(1, 2))
    places = given([[[0, 3], [9, 15]]], 'int64')
    yield Case('max_unpool2d', ramp(1, 2, 2), places, [4, 4])
    yield Case(
        'max_unpool3d',
        ramp(1, 1, 2, 2),
        given([[[[0, 3], [9, 15]]]], 'int64'),
        [2, 4, 4],
        [2, 2, 2],
        [0, 0, 0],
    )
    yield Case(
        'fractional_max_pool2d',
        ramp(1, 1, 6, 6),
        [2, 2],
        [3, 3],
        ramp(1, 1, 2, low=0, high=1, grad=False),
    )
    yield Case(
        'fractional_max_pool3d', ramp(1, 1, 4, 4, 4), 2, 2, ramp(1, 1, 3, low=0, high=1, grad=False)
    )
