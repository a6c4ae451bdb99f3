# Functions of each element alone, of two elements with broadcasting, and of three.
from inputs import flags, given, ramp
from run import Case

# By the range in which they are smooth.
UNARY = {
    (-2, 2): 'abs absolute neg negative positive exp exp2 expm1 sin cos sinh cosh tanh asinh '
    'arcsinh atan arctan sigmoid sign sgn ceil floor round trunc fix frac erf erfc square deg2rad '
    'rad2deg sinc i0 nan_to_num angle',
    (-1.25, 1.25): 'tan',
    (0.125, 3): 'log log2 log10 log1p sqrt rsqrt lgamma digamma reciprocal',
    (-0.875, 0.875): 'asin arcsin acos arccos atanh arctanh erfinv',
    (1.125, 4): 'acosh arccosh',
    (0.125, 0.875): 'logit',
}

# By the ranges of the first and second argument.
BINARY = {
    ((-2, 2), (-2, 2)): 'add sub subtract mul multiply div divide true_divide rsub atan2 arctan2 '
    'maximum minimum fmax fmin hypot copysign logaddexp logaddexp2 floor_divide remainder fmod '
    'heaviside nextafter',
    ((0.125, 3), (-2, 2)): 'pow float_power',
    ((-2, 2), (0.125, 3)): 'xlogy',
}

WHOLE = 'gcd lcm floor_divide remainder fmod add sub mul maximum minimum'

ON_EDGES = (
    'abs exp log sqrt rsqrt sin tanh sigmoid sign round floor reciprocal erf log1p nan_to_num'
)

EDGES = given([float('nan'), float('inf'), float('-inf'), 0.0, -0.0, 1e-42, 3e38, -1.0], grad=False)
EDGES64 = given([float('nan'), float('inf'), float('-inf'), 0.0, -0.0, 1.0], 'float64', grad=False)


def cases():
    for (low, high), names in UNARY.items():
        for name in names.split():
            yield Case(name, ramp(2, 3, low=low, high=high))
            yield Case(name, ramp(3, dtype='float64', low=low, high=high))
    for name in ON_EDGES.split():
        yield Case(name, EDGES)
    for name in 'exp log tanh sqrt atan'.split():
        yield Case(name, EDGES64)
    # Long and strided ones: the vectorised loop and its rest.
    for name in 'exp tanh sin log1p'.split():
        yield Case(name, ramp(37, low=0.25, high=1.75))
        yield Case(name, ramp(4, 5, low=0.25, high=1.75, permute=(1, 0)))
    for name in 'exp sin sqrt sigmoid reciprocal atan'.split():
        yield Case(name, ramp(4, dtype='int64', low=1, high=9))
        yield Case(name, flags(3))
    for name in 'neg abs sign square floor'.split():
        yield Case(name, ramp(4, dtype='int32', low=-9, high=9))
    for name in 'exp tanh sigmoid sqrt'.split():
        yield Case(name, ramp(5, dtype='float16', low=0.25, high=2))
        yield Case(name, ramp(5, dtype='bfloat16', low=0.25, high=2))
    yield Case('round', ramp(2, 3, low=-20, high=20), decimals=1)
    yield Case('logit', given([0.0, 0.01, 0.5, 1.0], grad=False), 0.125)
    yield Case('nan_to_num', EDGES, 1.5, 7.0, -7.0)
    yield Case('mvlgamma', ramp(2, 3, low=2.125, high=4), 2)
    yield Case('polygamma', 1, ramp(2, 3, low=0.5, high=3))
    yield Case('polygamma', 2, ramp(2, 3, dtype='float64', low=0.5, high=3))
    yield Case('frexp', ramp(2, 3, grad=False))

    for (first, second), names in BINARY.items():
        for name in names.split():
            yield Case(
                name,
                ramp(2, 3, low=first[0], high=first[1]),
                ramp(3, low=second[0], high=second[1]),
            )
            yield Case(
                name,
                ramp(2, 1, dtype='float64', low=first[0], high=first[1]),
                ramp(1, 2, dtype='float64', low=second[0], high=second[1]),
            )
    for name in WHOLE.split():
        yield Case(
            name, ramp(2, 3, dtype='int64', low=-20, high=20), ramp(3, dtype='int64', low=1, high=7)
        )
    for name in 'add sub mul div pow floor_divide remainder fmod'.split():
        yield Case(name, ramp(2, 3, low=0.25, high=4), 1.5)
        yield Case(name, ramp(3, dtype='int64', low=-9, high=9), 3)
    for name in 'maximum minimum fmax fmin atan2 hypot copysign'.split():
        yield Case(
            name,
            EDGES,
            given([1.0, float('nan'), 2.0, -0.0, 0.0, -1.0, 1.0, float('inf')], grad=False),
        )
    for mode in ('floor', 'trunc'):
        yield Case('div', ramp(2, 3), ramp(3), rounding_mode=mode)
        yield Case('div', ramp(4, dtype='int64', low=-9, high=9), 4, rounding_mode=mode)
    yield Case('add', ramp(2, 3), ramp(2, 3), alpha=0.5)
    yield Case('sub', ramp(2, 3), ramp(1, 3), alpha=-2)
    yield Case(
        'add',
        ramp(3, dtype='int64', low=-9, high=9),
        ramp(3, dtype='int64', low=-9, high=9),
        alpha=3,
    )
    yield Case('rsub', ramp(2, 3), 2.5)
    yield Case('pow', 2.5, ramp(2, 3))
    yield Case('pow', 2, ramp(4, dtype='int64', low=0, high=9))
    yield Case('pow', ramp(2, 3), 2)
    yield Case('pow', ramp(2, 3), 3)
    yield Case('pow', ramp(2, 3, low=0.25), 0.5)
    yield Case('pow', ramp(4, dtype='int64', low=-3, high=4), 3)
    yield Case('float_power', ramp(4, dtype='int64', low=1, high=9), 1.5)
    yield Case('ldexp', ramp(2, 3), ramp(3, dtype='int32', low=-3, high=4))
    yield Case('copysign', ramp(2, 3), -1.0)
    yield Case('xlogy', ramp(3), 2.5)
    yield Case('remainder', 7, ramp(3, dtype='int64', low=1, high=6))

    # Ternary ones and choices.
    yield Case('lerp', ramp(2, 3), ramp(3), 0.25)
    yield Case('lerp', ramp(2, 3), ramp(2, 3), ramp(2, 3, low=0, high=1))
    yield Case('addcmul', ramp(2, 3), ramp(3), ramp(2, 1), value=0.5)
    yield Case('addcdiv', ramp(2, 3), ramp(3), ramp(2, 1, low=0.5, high=2), value=-0.5)
    yield Case('where', flags(2, 3), ramp(2, 3), ramp(3))
    yield Case('where', flags(2, 3), ramp(2, 3), 0.5)
    yield Case('where', flags(3), 1.5, ramp(3, dtype='float64'))
    yield Case('clamp', ramp(2, 3), -0.5, 0.75)
    yield Case('clamp', ramp(2, 3), None, 0.75)
    yield Case('clamp', ramp(2, 3), ramp(3, low=-2, high=0), ramp(3, low=0, high=2))
    yield Case('clamp', ramp(4, dtype='int64', low=-9, high=9), -2, 5)
    yield Case('clip', ramp(2, 3), min=0.25)
    yield Case('clamp_min', ramp(2, 3), 0.25)
    yield Case('clamp_min', ramp(2, 3), ramp(3))
    yield Case('clamp_max', ramp(2, 3), 0.25)
    yield Case('clamp_max', ramp(2, 3), ramp(3))
