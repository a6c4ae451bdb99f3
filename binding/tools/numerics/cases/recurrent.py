# Recurrent cells and whole layers.
from inputs import ramp
from run import Case

GATES = {'rnn_tanh': 1, 'rnn_relu': 1, 'gru': 3, 'lstm': 4}


def weights(gates, inputs, hidden, **rest):
    rows = gates * hidden
    return [
        ramp(rows, inputs, low=-1, high=1, **rest),
        ramp(rows, hidden, low=-1, high=1, **rest),
        ramp(rows, **rest),
        ramp(rows, **rest),
    ]


def cases():
    for name, gates in GATES.items():
        state = ramp(2, 2)
        yield Case(
            f'{name}_cell',
            ramp(2, 3),
            [state, ramp(2, 2)] if name == 'lstm' else state,
            *weights(gates, 3, 2),
        )
        for layers, bidirectional in ((1, False), (2, False), (1, True)):
            directions = 2 if bidirectional else 1
            parameters = [
                weight
                for layer in range(layers)
                for _ in range(directions)
                for weight in weights(gates, 3 if layer == 0 else 2 * directions, 2)
            ]
            start = ramp(layers * directions, 2, 2)
            states = [start, ramp(layers * directions, 2, 2)] if name == 'lstm' else start
            yield Case(
                name,
                ramp(3, 2, 3),
                states,
                parameters,
                True,
                layers,
                0.0,
                False,
                bidirectional,
                False,
            )
    double = {'dtype': 'float64'}
    yield Case(
        'gru',
        ramp(2, 3, 3, **double),
        ramp(1, 2, 2, **double),
        weights(3, 3, 2, **double),
        True,
        1,
        0.0,
        False,
        False,
        True,
    )
