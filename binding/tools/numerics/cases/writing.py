# In-place operators, and results written into a tensor that is given.
from inputs import flags, given, index, ramp
from run import Case

UNARY = (
    'abs neg exp exp2 expm1 sin cos tanh atan sinh cosh asinh sigmoid sign sgn ceil floor round '
    'trunc frac erf erfc square relu hardtanh hardsigmoid hardswish leaky_relu elu celu selu silu '
    'mish relu6 zero nan_to_num deg2rad rad2deg i0 sinc negative absolute fix'
)
POSITIVE = 'log log2 log10 log1p sqrt rsqrt reciprocal lgamma digamma'
SMALL = 'asin acos atanh tan'
BINARY = 'add sub mul div atan2 copysign hypot fmod remainder floor_divide'
COMPARING = 'eq ne lt le gt ge logical_and logical_or logical_xor'
OUT = 'exp log2 sqrt sigmoid tanh neg'


def cases():
    for name in UNARY.split():
        yield Case(f'{name}_', ramp(2, 3))
    for name in POSITIVE.split():
        yield Case(f'{name}_', ramp(2, 3, low=0.25))
    for name in SMALL.split():
        yield Case(f'{name}_', ramp(2, 3, low=-0.875, high=0.875))
    for name in BINARY.split():
        yield Case(f'{name}_', ramp(2, 3), ramp(3))
    for name in 'add sub mul div pow fmod remainder'.split():
        yield Case(f'{name}_', ramp(2, 3, low=0.25), 1.5)
        yield Case(f'{name}_', ramp(2, 3, permute=(1, 0), low=0.25), 2)
    for name in COMPARING.split():
        yield Case(f'{name}_', ramp(2, 3, grad=False), ramp(3, grad=False))
    yield Case('add_', ramp(3), ramp(3), alpha=0.5)
    yield Case('add_', given([1, 2], 'int64'), 3)
    yield Case('mul_', given([1, 2], 'int32'), given([3], 'int64'))
    yield Case('addcmul_', ramp(2, 3), ramp(3), ramp(3), value=0.5)
    yield Case('addcdiv_', ramp(2, 3), ramp(3), ramp(3, low=0.5), value=0.5)
    yield Case('lerp_', ramp(2, 3), ramp(3), 0.25)
    yield Case('clamp_', ramp(2, 3), -0.5, 0.5)
    yield Case('clamp_min_', ramp(2, 3), 0.25)
    yield Case('clamp_max_', ramp(2, 3), 0.25)
    yield Case('threshold_', ramp(2, 3), 0.25, -1)
    yield Case('fill_', ramp(2, 3), 0.5)
    yield Case('fill_', ramp(2, 3), ramp())
    yield Case('copy_', ramp(2, 3), ramp(3, dtype='float64'))
    yield Case('copy_', given([1, 2], 'int64'), given([1.75, -2.5], grad=False))
    yield Case('addmm_', ramp(2, 2), ramp(2, 3), ramp(3, 2), beta=0.5)
    yield Case('addmv_', ramp(2), ramp(2, 3), ramp(3))
    yield Case('baddbmm_', ramp(1, 2, 2), ramp(1, 2, 3), ramp(1, 3, 2))
    yield Case('addr_', ramp(2, 3), ramp(2), ramp(3))
    yield Case('xlogy_', ramp(3), ramp(3, low=0.5))
    yield Case('renorm_', ramp(3, 4), 2, 0, 1.5)
    yield Case('cumsum_', ramp(3, 4), 1)
    yield Case('cumprod_', ramp(3, 4), 1)
    yield Case('tril_', ramp(3, 3))
    yield Case('triu_', ramp(3, 3), 1)
    yield Case('fill_diagonal_', ramp(3, 3), 0.5)
    yield Case('t_', ramp(2, 3))
    yield Case('transpose_', ramp(2, 3), 0, 1)
    yield Case('squeeze_', ramp(1, 3))
    yield Case('unsqueeze_', ramp(3), 0)
    yield Case('swapdims_', ramp(2, 3), 0, 1)
    yield Case(
        'gcd_', ramp(3, dtype='int64', low=1, high=30), ramp(3, dtype='int64', low=1, high=30)
    )
    yield Case(
        'lcm_', ramp(3, dtype='int64', low=1, high=30), ramp(3, dtype='int64', low=1, high=30)
    )
    for name in 'bitwise_and_ bitwise_or_ bitwise_xor_'.split():
        yield Case(name, ramp(3, dtype='int64', low=0, high=30), 12)
    yield Case('bitwise_not_', ramp(3, dtype='int64', low=0, high=30))
    yield Case('logical_not_', flags(3))
    yield Case('bitwise_left_shift_', ramp(3, dtype='int64', low=0, high=30), 2)

    # At indices.
    columns = given([[0, 2], [1, 3], [2, 0]], 'int64')
    yield Case('scatter_', ramp(3, 4), 1, columns, ramp(3, 2))
    yield Case('scatter_add_', ramp(3, 4), 1, columns, ramp(3, 2))
    yield Case('scatter_reduce_', ramp(3, 4), 1, columns, ramp(3, 2), 'amax')
    yield Case('index_add_', ramp(3, 2), 0, given([2, 0, 2], 'int64'), ramp(3, 2))
    yield Case('index_copy_', ramp(3, 2), 0, given([2, 0], 'int64'), ramp(2, 2))
    yield Case('index_fill_', ramp(3, 2), 0, given([2, 0], 'int64'), 0.5)
    yield Case('masked_fill_', ramp(2, 3), flags(2, 3), 0.5)
    yield Case('masked_scatter_', ramp(2, 3), flags(2, 3), ramp(6))

    # Out variants: the result is the very tensor.
    for name in OUT.split():
        yield Case(name, ramp(2, 3, low=0.25), out=ramp(2, 3))
    for name in 'add sub mul div maximum pow'.split():
        yield Case(name, ramp(2, 3, low=0.25), ramp(3), out=ramp(2, 3, dtype='float64'))
    yield Case('matmul', ramp(2, 3), ramp(3, 2), out=ramp(2, 2))
    yield Case('sum', ramp(2, 3), [1], out=ramp(2))
    yield Case('cat', [ramp(2), ramp(1)], out=ramp(3))
    yield Case('gather', ramp(3, 4), 1, index(3, 2, high=4), out=ramp(3, 2))
    yield Case('eq', ramp(3), ramp(3), out=flags(3))
    yield Case('arange', 4, out=ramp(4))
    yield Case('linalg_inv', given([[2.0, 1.0], [0.5, 3.0]]), out=ramp(2, 2))
