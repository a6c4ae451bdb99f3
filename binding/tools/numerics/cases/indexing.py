# Reading and writing at indices and masks; finding where things are.
import torch

from inputs import flags, given, index, ramp
from run import Case

ROWS = given([2, 0, 2], 'int64')


def cases():
    x = ramp(3, 4)
    yield Case('index_select', x, 0, ROWS)
    yield Case('index_select', x, 1, given([3, 3], 'int32'))
    yield Case('index_put', x, [ROWS], ramp(3, 4), True)
    yield Case('index_put', x, [given([2, 0], 'int64')], ramp(4))
    yield Case('index_put_', x, [flags(3, 4)], ramp())
    yield Case('index_add', x, 0, ROWS, ramp(3, 4), alpha=0.5)
    yield Case('index_copy', x, 0, given([2, 0], 'int64'), ramp(2, 4))
    yield Case('index_fill', x, 1, given([0, 2], 'int64'), 0.5)
    yield Case('index_fill', x, 1, given([0, 2], 'int64'), ramp())
    yield Case('gather', x, 1, index(3, 2, high=4))
    yield Case('gather', x, 0, index(2, 4, high=3))
    yield Case('take_along_dim', x, index(3, 2, high=4), 1)
    yield Case('take', x, index(2, 3, high=12))
    yield Case('put', x, given([1, 5, 7], 'int64'), ramp(3))
    yield Case('put_', x, given([1, 5, 1], 'int64'), ramp(3), True)
    columns = given([[0, 2], [1, 3], [2, 0]], 'int64')
    yield Case('scatter', x, 1, columns, ramp(3, 2))
    yield Case('scatter', x, 1, columns, 0.5)
    yield Case('scatter', ramp(3, 4, grad=False), 1, columns, 0.5, reduce='add')
    yield Case('scatter_add', x, 1, given([[0, 0], [1, 3], [2, 2]], 'int64'), ramp(3, 2))
    for reduce in ('sum', 'prod', 'mean', 'amax', 'amin'):
        yield Case(
            'scatter_reduce', x, 1, given([[0, 0], [1, 3], [2, 2]], 'int64'), ramp(3, 2), reduce
        )
    yield Case('scatter_reduce', x, 0, index(2, 4, high=3), ramp(2, 4), 'sum', include_self=False)
    yield Case('masked_fill', x, flags(3, 4), 0.5)
    yield Case('masked_fill', x, flags(4), ramp())
    yield Case('masked_select', x, flags(3, 4))
    yield Case('masked_scatter', x, flags(3, 4), ramp(12))
    yield Case('nonzero', ramp(3, 4, dtype='int64', low=0, high=2))
    yield Case('nonzero_numpy', ramp(3, 4, dtype='int64', low=0, high=2))
    yield Case('nonzero_static', ramp(4, dtype='int64', low=0, high=2), size=3, fill_value=-1)
    yield Case('argwhere', ramp(3, 4, dtype='int64', low=0, high=2))
    yield Case('where', flags(2, 3))
    yield Case('one_hot', index(4, high=3), 5)
    yield Case('one_hot', index(2, 2, high=3))
    yield Case('bucketize', ramp(2, 3, grad=False), given([-1.0, 0.0, 1.0], grad=False))
    yield Case('bucketize', 0.5, given([-1.0, 0.0, 1.0], grad=False), right=True)
    yield Case(
        'searchsorted', given([1, 3, 5, 7], 'int64'), ramp(2, 3, dtype='int64', low=0, high=9)
    )
    yield Case(
        'searchsorted',
        given([1.0, 3.0, 5.0], grad=False),
        given([3.0, 4.0], grad=False),
        right=True,
    )
    yield Case('tril_indices', 3, 4, 1)
    yield Case('triu_indices', 3, 3)

    # Rows of a table.
    yield Case('embedding', ramp(5, 3), index(2, 2, high=5))
    yield Case('embedding', ramp(5, 3), given([1, 2, 1], 'int64'), 2).differences_apart(
        'the row at padding_idx takes no part in training'
    )
    yield Case('embedding', ramp(5, 3), given([1, 2, 1], 'int64'), -1, True).differences_apart(
        'scale_grad_by_freq divides by how often a row occurs'
    )
    bags = given([1, 2, 4, 4, 0], 'int64'), given([0, 2], 'int64')
    for mode in (0, 1, 2):
        yield Case('embedding_bag', ramp(5, 3), *bags, False, mode)
    weights = ramp(5)
    yield Case('embedding_bag', ramp(5, 3), *bags, per_sample_weights=weights)
    yield Case('embedding_renorm_', ramp(5, 3, grad=False), given([1, 3], 'int64'), 1.0, 2.0)
    yield Case('bincount', index(6, high=4), minlength=6)
    yield Case('unfold_copy', ramp(5), 0, 2, 1)
    yield Case('select_copy', ramp(2, 3), 1, 0)
    yield Case('view_copy', ramp(2, 3), [3, 2])
    yield Case('to', x, torch.float64)
