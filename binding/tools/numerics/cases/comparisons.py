# Comparing, logic, bits, and questions about a tensor.
from inputs import flags, given, ramp
from run import Case

EDGES = given([float('nan'), float('inf'), float('-inf'), 0.0, -0.0, 1.5], grad=False)


def cases():
    for name in 'eq ne lt le gt ge less less_equal greater greater_equal not_equal'.split():
        yield Case(
            name, ramp(2, 3, dtype='int64', low=0, high=4), ramp(3, dtype='int64', low=0, high=4)
        )
        yield Case(
            name, EDGES, given([float('nan'), float('inf'), 0.0, -0.0, 0.0, 1.0], grad=False)
        )
        yield Case(name, ramp(2, 3, grad=False), 0.25)
        yield Case(name, ramp(3, dtype='int32', low=0, high=3), 1)
    for name in 'isnan isinf isfinite isposinf isneginf signbit logical_not isreal'.split():
        yield Case(name, EDGES)
    for name in 'logical_and logical_or logical_xor'.split():
        yield Case(name, flags(2, 3), flags(3))
        yield Case(name, ramp(4, dtype='int64', low=0, high=2), flags(4))
    for name in 'bitwise_and bitwise_or bitwise_xor'.split():
        yield Case(
            name,
            ramp(2, 3, dtype='int32', low=-50, high=50),
            ramp(3, dtype='int32', low=0, high=50),
        )
        yield Case(name, flags(4), flags(4))
        yield Case(name, ramp(3, dtype='uint8', low=0, high=200), 12)
    for name in 'bitwise_left_shift bitwise_right_shift'.split():
        yield Case(
            name, ramp(4, dtype='int64', low=-50, high=50), ramp(4, dtype='int64', low=0, high=5)
        )
        yield Case(name, ramp(4, dtype='uint8', low=0, high=250), 2)
    yield Case('bitwise_not', ramp(4, dtype='int16', low=-50, high=50))
    yield Case('bitwise_not', flags(4))
    yield Case('equal', ramp(2, 3), ramp(2, 3))
    yield Case('equal', given([1, 2], 'int64'), given([1, 2], 'int64'))
    yield Case('allclose', given([1.0, 2.0]), given([1.0, 2.00001]))
    yield Case('allclose', given([1.0, 2.0]), given([1.0, 2.00001]), rtol=1e-7)
    yield Case('allclose', EDGES, EDGES, equal_nan=True)
    yield Case(
        'isclose', given([1.0, 2.0, 3.0], grad=False), given([1.0, 2.00001, 3.1], grad=False)
    )
    yield Case('isclose', EDGES, EDGES)
    yield Case('isin', ramp(2, 3, dtype='int64', low=0, high=6), given([1, 3, 5], 'int64'))
    yield Case('isin', ramp(4, dtype='int64', low=0, high=6), 2, invert=True)
    yield Case('is_nonzero', given([0.5], grad=False))
    yield Case('is_nonzero', given([0], 'int64'))
    yield Case('is_same_size', ramp(2, 3), ramp(2, 3))
    yield Case('is_complex', ramp(2, dtype='complex64'))
    yield Case('is_signed', ramp(2, dtype='uint8', low=0, high=3))
    yield Case('any', given([[0.0, 0.0], [0.0, float('nan')]], grad=False), 1)
    yield Case('all', flags(3, 4), 0)
