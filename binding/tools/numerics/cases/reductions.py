# Sums, extremes, statistics, and running ones.
import torch

from inputs import flags, given, index, ramp
from run import Case

HOLES = given([[1.5, float('nan'), -0.5], [float('nan'), 2.0, 0.25]], grad=False)


def cases():
    for (
        name
    ) in 'sum mean prod nansum nanmean logsumexp amax amin std var std_mean var_mean'.split():
        over_all = [] if name not in ('logsumexp',) else [[0, 1, 2]]
        yield Case(name, ramp(2, 3, 2), *over_all)
        if name != 'prod':
            yield Case(name, ramp(2, 3, 2), [0, 2])
            yield Case(name, ramp(2, 3, 2, dtype='float64'), [1], keepdim=True)
        yield Case(name, ramp(3, 4, permute=(1, 0)), 1 if name == 'prod' else [-1])
        if 'std' not in name and 'var' not in name:
            yield Case(name, HOLES, *(([1],) if name != 'prod' else (1,)))
    # Long ones: the cascade and vectorised paths.
    for name in 'sum mean amax logsumexp var'.split():
        yield Case(name, ramp(300, grad=False), [0])
        yield Case(name, ramp(2, 130, dtype='float64', grad=False), [1])
    for name in 'sum nansum'.split():
        yield Case(name, ramp(3, 4, dtype='int32', low=-9, high=9), [0])
        yield Case(name, ramp(3, 4), [1], dtype=torch.float64)
        yield Case(name, flags(2, 3))
    yield Case('mean', ramp(4, dtype='int64', low=0, high=9), [0], dtype=torch.float32)
    yield Case('sum', ramp(8, dtype='float16', grad=False))
    yield Case('mean', ramp(8, dtype='bfloat16', grad=False))
    yield Case('prod', ramp(2, 3, dtype='int64', low=1, high=5), 1, keepdim=True)
    for name in 'max min median nanmedian mode aminmax'.split():
        if name != 'mode':
            yield Case(name, ramp(2, 3))
        yield Case(
            name, ramp(3, 4, low=-1, high=1), **({'dim': 0} if name == 'aminmax' else {'dim': 1})
        )
        yield Case(name, ramp(3, 4, dtype='float64'), dim=-1, keepdim=True)
        yield Case(name, ramp(5, dtype='int64', low=0, high=3), dim=0)
    for name in 'max min'.split():
        yield Case(name, ramp(2, 3), ramp(3))
        yield Case(name, HOLES, 1)
    for name in 'argmax argmin'.split():
        yield Case(name, ramp(3, 4))
        yield Case(name, ramp(3, 4), 1, keepdim=True)
        yield Case(name, HOLES, 0)
    for name in 'all any'.split():
        yield Case(name, flags(2, 3))
        yield Case(name, flags(2, 3), 1, keepdim=True)
        yield Case(name, flags(2, 3, 2), [0, 2])
        yield Case(name, ramp(4, dtype='uint8', low=0, high=3))
    for name in 'std var std_mean var_mean'.split():
        yield Case(name, ramp(2, 5), 1, correction=0)
        yield Case(name, ramp(2, 5), [1], False, True)
    for name in 'cumsum cumprod logcumsumexp'.split():
        yield Case(name, ramp(3, 4), 1)
        yield Case(name, ramp(3, 4, dtype='float64'), 0)
    for name in 'cummax cummin'.split():
        yield Case(name, ramp(3, 4), 1)
        yield Case(name, ramp(5, dtype='int64', low=0, high=4), 0)
    yield Case('cumsum', ramp(4, dtype='int32', low=0, high=9), 0, dtype=torch.float64)
    yield Case('count_nonzero', ramp(3, 4, dtype='int64', low=0, high=2))
    yield Case('count_nonzero', ramp(3, 4, dtype='int64', low=0, high=2), 1)
    for p in (0.5, 1, 2, 3, float('inf'), float('-inf')):
        yield Case('norm', ramp(2, 3), p, [1], False)
    yield Case('norm', ramp(2, 3))
    yield Case('dist', ramp(2, 3), ramp(3), 2)
    yield Case('dist', ramp(2, 3), ramp(3), 1)
    yield Case('renorm', ramp(3, 4), 2, 0, 1.5)
    yield Case('trace', ramp(3, 4))
    for interpolation in ('linear', 'lower', 'nearest'):
        yield Case('quantile', ramp(3, 5), 0.3, 1, interpolation=interpolation)
    yield Case('quantile', ramp(3, 5), given([0.25, 0.75], grad=False), 0, True)
    yield Case('nanquantile', HOLES, 0.5, 1)
    yield Case('diff', ramp(2, 5))
    yield Case('diff', ramp(2, 5), 2, -1, ramp(2, 1))
    yield Case('trapezoid', ramp(2, 5), dx=0.5)
    yield Case('trapz', ramp(2, 5), ramp(2, 5))
    yield Case('trapezoid', ramp(2, 5), ramp(5), dim=1)
    yield Case('cumulative_trapezoid', ramp(2, 5))
    yield Case('histc', ramp(20, grad=False), 5, -1, 1)
    yield Case('bincount', index(9, high=5))
    yield Case('bincount', index(9, high=5), ramp(9, dtype='float64', grad=False), 8)
    yield Case('histogram', ramp(20, grad=False), 4)
    yield Case('gradient', ramp(6), spacing=0.5)
    yield Case('sum_to_size', ramp(2, 3, 2), [3, 1])
    yield Case('cov', ramp(3, 5))
    yield Case('corrcoef', ramp(3, 5))
