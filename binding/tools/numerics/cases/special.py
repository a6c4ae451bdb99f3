# The special functions, under their names in torch.special.
from inputs import ramp
from run import Case

# By the range in which they are smooth.
UNARY = {
    (-2, 2): 'erf erfc erfcx exp2 expit expm1 i0 i0e i1 i1e log_ndtr ndtr sinc round',
    (0.25, 3): 'entr digamma psi gammaln log1p',
    (-0.875, 0.875): 'erfinv',
    (0.125, 0.875): 'logit ndtri',
}

# Without a derivative.
BESSEL = (
    'airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 '
    'modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0 scaled_modified_bessel_k1 '
    'spherical_bessel_j0'
)
POLYNOMIALS = (
    'chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w '
    'hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p '
    'shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u'
)


def cases():
    for (low, high), names in UNARY.items():
        for name in names.split():
            yield Case(f'special_{name}', ramp(4, low=low, high=high))
            yield Case(f'special_{name}', ramp(3, dtype='float64', low=low, high=high))
    for name in BESSEL.split():
        yield Case(f'special_{name}', ramp(4, low=0.25, high=9, grad=False))
        yield Case(f'special_{name}', ramp(3, dtype='float64', low=0.25, high=9, grad=False))
    for name in POLYNOMIALS.split():
        yield Case(f'special_{name}', ramp(4, dtype='float64', low=-1, high=1, grad=False), 3)
    yield Case('special_logit', ramp(4, low=-0.5, high=1.5, grad=False), 0.125)
    yield Case('special_xlogy', ramp(3), ramp(3, low=0.5))
    yield Case('special_xlog1py', ramp(3), ramp(3, low=0))
    yield Case(
        'special_zeta', ramp(3, low=1.5, high=4, grad=False), ramp(3, low=0.5, high=3, grad=False)
    )
    for name in 'gammainc gammaincc'.split():
        shape = ramp(3, dtype='float64', low=0.5, high=3, grad=False)
        yield Case(f'special_{name}', shape, ramp(3, dtype='float64', low=0.5, high=3))
    for name in 'igamma igammac'.split():
        yield Case(name, ramp(3, low=0.5, high=3, grad=False), ramp(3, low=0.5, high=3))
    yield Case('special_multigammaln', ramp(3, low=2, high=4), 2)
    yield Case('special_polygamma', 1, ramp(3, low=0.5, high=3))
    yield Case('special_softmax', ramp(2, 3), 1)
    yield Case('special_log_softmax', ramp(2, 3), 1)
    yield Case('special_logsumexp', ramp(2, 3), [1])
