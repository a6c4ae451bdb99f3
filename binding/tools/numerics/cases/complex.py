# Complex numbers: arithmetic, parts, products, and their gradients.
from inputs import given, ramp
from run import Case

UNARY = (
    'abs angle conj_physical exp log sqrt rsqrt reciprocal sin cos sinh cosh tanh asinh atan neg '
    'square sgn sigmoid resolve_conj real imag view_as_real is_complex'
)


def pair(*shape, **rest):
    return ramp(*shape, dtype='complex64', **rest)


def cases():
    for name in UNARY.split():
        yield Case(name, pair(3))
    for name in 'exp sqrt abs tanh'.split():
        yield Case(name, ramp(2, dtype='complex128'))
    for name in 'add sub mul div pow'.split():
        yield Case(name, pair(2, 2), pair(2))
        yield Case(name, pair(2), ramp(2))
        yield Case(name, pair(2), 1.5)
    yield Case('eq', pair(2, grad=False), pair(2, grad=False))
    yield Case('conj', pair(3))
    yield Case('isfinite', pair(2))
    yield Case('isreal', given([1.0, 0.0, 2.0, 0.5], 'float32'))
    yield Case('view_as_complex', ramp(3, 2))
    yield Case('complex', ramp(3), ramp(3))
    yield Case('polar', ramp(3, low=0.5), ramp(3))
    yield Case('matmul', pair(2, 3), pair(3, 2))
    yield Case('bmm', pair(1, 2, 2), pair(1, 2, 2))
    yield Case('dot', pair(3), pair(3))
    yield Case('vdot', pair(3), pair(3))
    yield Case('sum', pair(2, 3), [1])
    yield Case('mean', pair(2, 3))
    yield Case('prod', pair(3))
    yield Case('cumsum', pair(3), 0)
    yield Case('cat', [pair(2), pair(1)])
    yield Case('index_select', pair(3), 0, given([2, 0], 'int64'))
    yield Case('where', given([True, False], 'bool'), pair(2), pair(2))
    yield Case('linalg_vector_norm', pair(3))
    yield Case('linalg_inv', ramp(2, 2, dtype='complex128'))
    yield Case('linalg_solve', ramp(2, 2, dtype='complex128'), ramp(2, dtype='complex128'))
    yield Case('linalg_det', ramp(2, 2, dtype='complex128'))
    yield Case('mul_', pair(2), pair(2))
    yield Case('conv1d', pair(1, 1, 4), pair(1, 1, 2))
    yield Case('adjoint', pair(2, 3))
