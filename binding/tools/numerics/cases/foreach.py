# One call for lists of tensors, and the same in place.
from inputs import given, ramp
from run import Case

UNARY = (
    'abs neg exp expm1 sin cos tan sinh cosh tanh asin acos atan sigmoid sign ceil floor round '
    'trunc frac erf erfc'
)
POSITIVE = 'log log2 log10 log1p sqrt rsqrt reciprocal lgamma'
WRITING = 'abs neg exp sin tanh sigmoid ceil floor round trunc'


def pair(**rest):
    return [ramp(2, 2, **rest), ramp(3, **rest)]


def cases():
    for name in UNARY.split():
        yield Case(f'_foreach_{name}', pair(low=-0.875, high=0.875))
    for name in POSITIVE.split():
        yield Case(f'_foreach_{name}', pair(low=0.25))
    for name in WRITING.split():
        yield Case(f'_foreach_{name}_', pair())
    for name in 'log sqrt reciprocal'.split():
        yield Case(f'_foreach_{name}_', pair(low=0.25))
    for name in 'add sub mul div maximum minimum clamp_min clamp_max pow'.split():
        positive = {'low': 0.5} if name in ('div', 'pow') else {}
        for ending in ('', '_'):
            yield Case(f'_foreach_{name}{ending}', pair(**positive), 1.5)
            yield Case(f'_foreach_{name}{ending}', pair(**positive), [0.5, 2.5])
            yield Case(f'_foreach_{name}{ending}', pair(**positive), pair(**positive))
    yield Case('_foreach_add', pair(), pair(), alpha=0.5)
    yield Case('_foreach_add', pair(), ramp(grad=False), alpha=2)
    yield Case('_foreach_mul_', pair(), ramp())
    for name in 'addcmul addcdiv'.split():
        third = pair(low=0.5)
        for ending in ('', '_'):
            yield Case(f'_foreach_{name}{ending}', pair(), pair(), third, 0.5)
            yield Case(f'_foreach_{name}{ending}', pair(), pair(), third, [0.5, -2.0])
    for ending in ('', '_'):
        yield Case(f'_foreach_lerp{ending}', pair(), pair(), 0.25)
        yield Case(f'_foreach_lerp{ending}', pair(), pair(), pair(low=0, high=1))
    yield Case('_foreach_norm', pair())
    yield Case('_foreach_norm', pair(), 1)
    yield Case('_foreach_max', pair())
    yield Case('_foreach_clone', pair())
    yield Case('_foreach_zero_', pair())
    yield Case('_foreach_copy_', pair(), pair())
    yield Case('_foreach_add', [given([1, 2], 'int64')], 3)
    yield Case('_foreach_mul', [given([1, 2], 'int32')], [0.5])
