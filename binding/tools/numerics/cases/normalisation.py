# Normalisations over batches, layers, groups and instances.
from inputs import ramp
from run import Case


def statistics(channels, **rest):
    return ramp(channels, grad=False, **rest), ramp(channels, low=0.5, high=2, grad=False, **rest)


def cases():
    for shape in ((4, 2), (2, 2, 3), (2, 2, 2, 2), (1, 2, 2, 2, 2)):
        yield Case(
            'batch_norm', ramp(*shape), ramp(2), ramp(2), *statistics(2), True, 0.25, 1e-5, False
        )
    x = ramp(2, 2, 3)
    yield Case('batch_norm', x, ramp(2), ramp(2), *statistics(2), False, 0.1, 1e-3, False)
    yield Case('batch_norm', x, None, None, None, None, True, 0.1, 1e-5, False)
    double = [ramp(2, dtype='float64') for _ in range(2)]
    yield Case(
        'batch_norm',
        ramp(2, 2, 3, dtype='float64'),
        *double,
        *statistics(2, dtype='float64'),
        True,
        0.1,
        1e-5,
        False,
    )
    yield Case('native_batch_norm', x, ramp(2), ramp(2), *statistics(2), True, 0.1, 1e-5)
    yield Case('layer_norm', ramp(2, 3, 4), [4], ramp(4), ramp(4))
    yield Case('layer_norm', ramp(2, 3, 2), [3, 2])
    yield Case('layer_norm', ramp(2, 4, dtype='float64'), [4], ramp(4, dtype='float64'), None, 1e-3)
    yield Case('native_layer_norm', ramp(2, 4), [4], ramp(4), ramp(4), 1e-5)
    yield Case('rms_norm', ramp(2, 4), [4], ramp(4))
    yield Case('group_norm', ramp(2, 4, 3), 2, ramp(4), ramp(4))
    yield Case('group_norm', ramp(1, 4, 2, 2), 4)
    yield Case('native_group_norm', ramp(2, 4, 3), ramp(4), ramp(4), 2, 4, 3, 2, 1e-5)
    yield Case('instance_norm', ramp(2, 2, 4), ramp(2), ramp(2), None, None, True, 0.1, 1e-5, False)
    yield Case('instance_norm', ramp(2, 2, 4), None, None, *statistics(2), False, 0.1, 1e-5, False)
    yield Case('_weight_norm', ramp(3, 4), ramp(3, 1))
    yield Case('norm_except_dim', ramp(3, 4), 2, 0)
