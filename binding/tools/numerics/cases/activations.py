# Activations, softmaxes, attention; dropout where nothing is left to chance.
import torch

from inputs import flags, ramp
from run import Case

PLAIN = (
    'relu relu6 elu selu celu silu mish hardswish hardsigmoid hardtanh leaky_relu softplus '
    'softshrink hardshrink log_sigmoid gelu'
)


def cases():
    for name in PLAIN.split():
        yield Case(name, ramp(2, 4, low=-4, high=4))
        yield Case(name, ramp(5, dtype='float64', low=-4, high=4))
    for name in 'relu gelu silu mish hardswish'.split():
        yield Case(name, ramp(33, grad=False))
        yield Case(name, ramp(6, dtype='bfloat16', grad=False))
    yield Case('gelu', ramp(2, 3), approximate='tanh')
    yield Case('elu', ramp(2, 3), 0.5, 1.25, 2)
    yield Case('celu', ramp(2, 3), 0.5)
    yield Case('leaky_relu', ramp(2, 3), 0.25)
    yield Case('hardtanh', ramp(2, 3), -0.5, 1.5)
    yield Case('softplus', ramp(2, 3), 2, 1)
    yield Case('softshrink', ramp(2, 3), 0.25)
    yield Case('hardshrink', ramp(2, 3), 0.75)
    yield Case('threshold', ramp(2, 3), 0.25, -1)
    yield Case('prelu', ramp(2, 3, 2), ramp(3))
    yield Case('rrelu', ramp(2, 3), 0.125, 0.375, False)
    yield Case('glu', ramp(2, 4), 1)
    for name in 'softmax log_softmax'.split():
        yield Case(name, ramp(2, 3), 1)
        yield Case(name, ramp(2, 3, 2, dtype='float64'), 1)
        yield Case(name, ramp(2, 40, grad=False), -1)
        yield Case(name, ramp(2, 3, dtype='int64', low=-5, high=5), 0, dtype=torch.float32)
    for name in 'dropout alpha_dropout feature_dropout feature_alpha_dropout'.split():
        yield Case(name, ramp(2, 3), 0.5, False)
        yield Case(name, ramp(2, 3), 0.0, True)
    yield Case('native_dropout', ramp(2, 3), 0.0, True)
    query, key, value = ramp(1, 2, 3, 4), ramp(1, 2, 5, 4), ramp(1, 2, 5, 4)
    yield Case('scaled_dot_product_attention', query, key, value)
    yield Case('scaled_dot_product_attention', query, key, value, flags(3, 5, grad=False))
    yield Case(
        'scaled_dot_product_attention',
        query,
        ramp(1, 2, 3, 4),
        ramp(1, 2, 3, 4),
        is_causal=True,
        scale=0.25,
    )
