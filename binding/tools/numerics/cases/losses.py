# Losses, with every reduction: 0 none, 1 mean, 2 sum.
from inputs import given, index, ramp
from run import Case

REDUCTIONS = (0, 1, 2)
SIGNS = given([1.0, -1.0, -1.0], grad=False)


def cases():
    logits, classes = ramp(3, 4), index(3, high=4)
    probabilities = ramp(2, 3, low=0.125, high=0.875)
    for reduction in REDUCTIONS:
        yield Case('mse_loss', ramp(2, 3), ramp(2, 3), reduction)
        yield Case('l1_loss', ramp(2, 3), ramp(2, 3), reduction)
        yield Case('smooth_l1_loss', ramp(2, 3), ramp(2, 3), reduction, 0.75)
        yield Case('huber_loss', ramp(2, 3), ramp(2, 3), reduction, 0.75)
        yield Case(
            'binary_cross_entropy',
            probabilities,
            probabilities,
            ramp(3, low=0, grad=False),
            reduction,
        )
        yield Case(
            'binary_cross_entropy_with_logits',
            ramp(2, 3),
            probabilities,
            None,
            ramp(3, low=0.5, grad=False),
            reduction,
        )
        yield Case('kl_div', ramp(2, 3), probabilities, reduction)
        yield Case('kl_div', ramp(2, 3), ramp(2, 3), reduction, log_target=True)
        yield Case('nll_loss', logits, classes, None, reduction)
        yield Case('cross_entropy_loss', logits, classes, None, reduction)
        yield Case(
            'poisson_nll_loss',
            ramp(2, 3),
            ramp(2, 3, low=1, high=5, grad=False),
            True,
            True,
            1e-8,
            reduction,
        )
        yield Case('soft_margin_loss', ramp(3), SIGNS, reduction)
        yield Case('margin_ranking_loss', ramp(3), ramp(3), SIGNS, 0.25, reduction)
        yield Case('hinge_embedding_loss', ramp(3), SIGNS, 1, reduction)
        yield Case('cosine_embedding_loss', ramp(3, 2), ramp(3, 2), SIGNS, 0.25, reduction)
        yield Case(
            'triplet_margin_loss', ramp(2, 3), ramp(2, 3), ramp(2, 3), 1, 2, 1e-6, False, reduction
        )
        yield Case('multi_margin_loss', logits, classes, 1, 1, None, reduction)
        labels = given([[3, 0, -1, 1], [1, 2, 0, 3], [-1, 0, 0, 0]], 'int64')
        yield Case('multilabel_margin_loss', logits, labels, reduction)
    weight = ramp(4, low=0.5, high=2, grad=False)
    yield Case('nll_loss', logits, classes, weight, 1, 2)
    yield Case('nll_loss_nd', ramp(2, 3, 2), index(2, 2, high=3))
    yield Case('nll_loss2d', ramp(1, 3, 2, 2), index(1, 2, 2, high=3))
    yield Case('cross_entropy_loss', logits, classes, weight, 1, -100, 0.125)
    yield Case(
        'cross_entropy_loss', ramp(3, 4, dtype='float64'), index(3, high=4), label_smoothing=0.25
    )
    yield Case('cross_entropy_loss', logits, ramp(3, 4, low=0, high=1))
    yield Case('cross_entropy_loss', logits, given([1, -100, 2], 'int64'))
    yield Case(
        'binary_cross_entropy_with_logits',
        ramp(2, 3),
        ramp(2, 3, low=0, high=1),
        ramp(2, 3, low=0.5, grad=False),
    )
    yield Case(
        'ctc_loss', ramp(6, 2, 4), given([[1, 2, 3], [2, 2, 0]], 'int64'), [6, 5], [3, 2], 0, 1
    ).differences_apart('the gradient is right for rows that a log_softmax normalised')
