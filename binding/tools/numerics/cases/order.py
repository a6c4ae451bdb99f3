# Sorting, choosing the largest, finding what is there once.
from inputs import given, index, ramp
from run import Case


def cases():
    for descending in (False, True):
        yield Case('sort', ramp(3, 4), 1, descending)
        yield Case('sort', ramp(3, 4, dtype='float64'), 0, descending)
        yield Case('sort', index(9, high=4), stable=True, dim=0, descending=descending)
        yield Case('argsort', ramp(2, 5), -1, descending)
    yield Case('sort', given([1.0, float('nan'), -1.0, float('inf')], grad=False))
    yield Case('sort', ramp(4, 3, permute=(1, 0)), 1)
    yield Case('argsort', index(9, high=4), stable=True)
    yield Case('msort', ramp(4, 3))
    for largest in (True, False):
        yield Case('topk', ramp(3, 6), 2, 1, largest)
    yield Case('topk', ramp(7, dtype='int32', low=-9, high=9), 3)
    yield Case('kthvalue', ramp(3, 5), 2)
    yield Case('kthvalue', ramp(3, 5), 3, 0, True)
    yield Case('_unique2', index(3, 4, high=5), True, True, True)
    yield Case('_unique2', ramp(5, grad=False), True)
    yield Case('unique_dim', given([[1, 0], [2, 3], [1, 0]], 'int64'), 0, True, True, True)
    yield Case('unique_consecutive', given([1, 1, 2, 2, 2, 1], 'int64'), True, True)
    yield Case('unique_dim_consecutive', given([[1, 0], [1, 0], [2, 3]], 'int64'), 0, True, True)
    yield Case('cummax', given([1.0, float('nan'), 3.0], grad=False), 0)
    yield Case('argmax', index(9, high=4))
    yield Case('median', ramp(6))
