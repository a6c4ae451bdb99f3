# Calls that PyTorch refuses, and the class of its error. Where torch-js answers with another one on
# purpose, `ours` names it and `why` says so.
from typing import Any

import torch

from encode import encode_argument
from inputs import Input, flags, given, index, ramp

BORDER = 'a value of the wrong kind is refused at the border, before LibTorch sees it'


class WrongCall:
    def __init__(self, op: str, *args: Any, ours: str = '', why: str = '', **keywords: Any) -> None:
        self.op = op
        self.args = list(args)
        self.keywords = keywords
        self.ours = ours
        self.why = why

    def json(self) -> dict[str, Any]:
        described: dict[str, Any] = {'op': self.op, 'args': encode_argument(self.args)}
        if self.keywords:
            described['keywords'] = {key: encode_argument(v) for key, v in self.keywords.items()}
        error = self._error()
        described['python'] = type(error).__name__.removeprefix('_')
        # PyTorch's own parser words its TypeErrors; all others are LibTorch's, word for word.
        if not isinstance(error, TypeError):
            described['message'] = str(error).split('\n')[0]
        if self.ours:
            described.update(ours=self.ours, why=self.why)
        return described

    def _error(self) -> Exception:
        count = 0

        def build(value: Any) -> Any:
            nonlocal count
            if isinstance(value, (list, tuple)):
                return [build(item) for item in value]
            if not isinstance(value, Input):
                return value
            count += 1
            return value.tensor(count - 1)

        args = [build(value) for value in self.args]
        keywords = {key: build(value) for key, value in self.keywords.items()}
        try:
            public_function(self.op)(*args, **keywords)
        except Exception as error:
            return error
        raise RuntimeError('PyTorch took it')


def public_function(op: str) -> Any:
    """What a user of PyTorch calls: its errors are the measure, not those of the dispatcher."""
    family, _, rest = op.partition('_')
    for home, name in (
        (torch, op),
        (getattr(torch, family, None), rest),
        (torch._C._nn, op),
        (torch.Tensor, op),
    ):
        if hasattr(home, name):
            return getattr(home, name)
    raise AttributeError(f'PyTorch has no public {op}')


x = ramp(2, 3)
whole = ramp(2, 3, dtype='int64', low=0, high=5)
SINGULAR = given([[1.0, 2.0], [2.0, 4.0]])

# Sizes that do not go together.
SIZES = [
    WrongCall('add', x, ramp(4)),
    WrongCall('matmul', x, x),
    WrongCall('mm', x, ramp(3)),
    WrongCall('bmm', ramp(2, 2, 2), ramp(3, 2, 2)),
    WrongCall('dot', ramp(2), ramp(3)),
    WrongCall('mv', x, ramp(2)),
    WrongCall('linear', x, ramp(4, 2)),
    WrongCall('einsum', 'ij,jk->ik', [x, x]),
    WrongCall('einsum', 'ij->k', [x]),
    WrongCall('view', x, [4]),
    WrongCall('view', ramp(3, 2), [-1, -1]),
    WrongCall('reshape', x, [5, -1]),
    WrongCall('expand', x, [2, 4]),
    WrongCall('repeat', x, [2]),
    WrongCall('cat', [x, ramp(2, 2)]),
    WrongCall('cat', []),
    WrongCall('stack', [x, ramp(2, 2)]),
    WrongCall('stack', []),
    WrongCall('split', x, -1),
    WrongCall('split_with_sizes', x, [1, 2]),
    WrongCall('chunk', x, 0),
    WrongCall('narrow', x, 0, 1, 5),
    WrongCall('unfold', x, 1, 4, 1),
    WrongCall('diag', ramp(2, 2, 2)),
    WrongCall('permute', x, [0]),
    WrongCall('permute', x, [0, 0]),
    WrongCall('movedim', x, [0, 1], [0]),
    WrongCall('zeros', [-1]),
    WrongCall('eye', -1),
    WrongCall('arange', 0, 5, -1),
    WrongCall('linspace', 0, 1, -1),
    WrongCall('add_', ramp(3), x),
    WrongCall('fill_', x, ramp(2)),
    WrongCall('gather', x, 0, index(3, 4, high=2)),
    WrongCall('view_as_complex', ramp(3)),
    WrongCall('fft_fft', x, 0),
    WrongCall('topk', x, 4),
    WrongCall('kthvalue', x, 0),
    WrongCall('max_pool2d', ramp(1, 2, 2), 3),
    WrongCall('max_pool2d', ramp(1, 4, 4), 2, 2, 2),
    WrongCall('avg_pool2d', ramp(4, 4), 2),
    WrongCall('conv2d', ramp(1, 3, 4, 4), ramp(2, 2, 3, 3)),
    WrongCall('conv2d', ramp(4, 4), ramp(2, 2, 3, 3)),
    WrongCall('conv2d', ramp(1, 2, 4, 4), ramp(3, 1, 3, 3), groups=2),
    WrongCall('conv1d', ramp(1, 1, 2), ramp(1, 1, 3)),
    WrongCall('reflection_pad1d', ramp(1, 2), [2, 2]),
    WrongCall('layer_norm', x, [4]),
    WrongCall('group_norm', ramp(1, 3, 2), 2),
    WrongCall('batch_norm', x, ramp(2), None, None, None, True, 0.1, 1e-5, False),
    WrongCall('cross_entropy_loss', x, index(3, high=3)),
    WrongCall('mse_loss', x, ramp(4)),
    WrongCall('upsample_bilinear2d', x, [4, 4], False),
    WrongCall('gru_cell', x, ramp(2, 2), ramp(6, 4), ramp(6, 2)),
]

# Indices and dimensions that are not there.
INDICES = [
    WrongCall('select', x, 0, 2),
    WrongCall('select', x, 5, 0),
    WrongCall('sum', x, 2),
    WrongCall('softmax', x, 3),
    WrongCall('transpose', x, 0, 4),
    WrongCall('unsqueeze', x, 5),
    WrongCall('squeeze', x, 4),
    WrongCall('flatten', x, 1, 0),
    WrongCall('index_select', x, 0, given([2], 'int64')),
    WrongCall('index_select', x, 0, index(2, 2, high=2)),
    WrongCall('take', x, given([6], 'int64')),
    WrongCall('gather', x, 1, given([[3]], 'int64')),
    WrongCall('scatter', x, 1, given([[3]], 'int64'), 0.5),
    WrongCall('embedding', x, given([2], 'int64')),
    WrongCall('nll_loss', x, given([0, 3], 'int64')),
    WrongCall('max', ramp(0)),
    WrongCall('argmax', ramp(0)),
    WrongCall('max', ramp(2, 0), 1),
]

# Dtypes and values that an operator does not know.
VALUES = [
    WrongCall('mean', whole),
    WrongCall('std', whole),
    WrongCall('sub', flags(2), flags(2)),
    WrongCall('neg', flags(2)),
    WrongCall('bitwise_and', x, x),
    WrongCall('lerp', ramp(2), ramp(2, dtype='float64'), 0.5),
    WrongCall('mm', ramp(2, 2), ramp(2, 2, dtype='float64')),
    WrongCall('gather', x, 0, x),
    WrongCall('index_select', x, 0, ramp(1)),
    WrongCall('masked_select', x, x),
    WrongCall('masked_fill', x, whole, 0.5),
    WrongCall('where', x, x, x),
    WrongCall('add_', whole, 1.5),
    WrongCall('add', whole, whole, alpha=0.5),
    WrongCall('add', x, x, out=ramp(2, 3, dtype='int64', low=0, high=2)),
    WrongCall('pow', whole, -1),
    WrongCall('floor_divide', whole, 0),
    WrongCall('remainder', whole, 0),
    WrongCall('full', [1], 300, dtype=torch.uint8),
    WrongCall('fill_', given([1], 'int8'), 200),
    WrongCall('one_hot', given([-1], 'int64')),
    WrongCall('bincount', given([-1], 'int64')),
    WrongCall('bincount', ramp(2)),
    WrongCall('clamp', x),
    WrongCall('div', x, x, rounding_mode='up'),
    WrongCall('gelu', x, approximate='cubic'),
    WrongCall('dropout', x, 1.5, True),
    WrongCall('bernoulli_', x, 1.5),
    WrongCall('normal_', x, 0.0, -1.0),
    WrongCall('uniform_', x, 1.0, 0.0),
    WrongCall('random_', x, 3, 2),
    WrongCall('multinomial', given([0.5, -0.5]), 1),
    WrongCall('quantile', x, 1.5),
    WrongCall('histc', x, 4, 1, 0),
    WrongCall('searchsorted', ramp(2), ramp(2), side='middle'),
    WrongCall('scatter_reduce', x, 0, index(1, 3, high=2), ramp(1, 3), 'median'),
    WrongCall('pad', x, [1, 1], 'mirror'),
    WrongCall('pad', x, [1]),
    WrongCall('view_as_real', x),
    WrongCall('linalg_cholesky', given([[1.0, 2.0], [2.0, 1.0]])),
    WrongCall('linalg_inv', SINGULAR),
    WrongCall('linalg_solve', SINGULAR, ramp(2)),
    WrongCall('linalg_inv', x),
    WrongCall('linalg_det', x),
    WrongCall('linalg_eigvals', x),
    WrongCall('linalg_qr', x, 'thin'),
    WrongCall('linalg_vector_norm', whole),
    WrongCall('linalg_matrix_norm', x, 'max'),
    WrongCall('item', x, ours='RangeError', why='written by hand, it counts the elements itself'),
]

# Arguments of the wrong kind or number.
KINDS = [
    WrongCall('relu', 1),
    WrongCall('relu', None),
    WrongCall('relu', [1.0, 2.0]),
    WrongCall('relu', x, x),
    WrongCall('matmul', x),
    WrongCall('add', x, 'one'),
    WrongCall('add', x, x, beta=1),
    WrongCall('sum', x, 1.5),
    WrongCall('sum', x, 'rows'),
    WrongCall('reshape', x, [1.5]),
    WrongCall('zeros', [2], dtype='double'),
    WrongCall('cat', x),
    WrongCall('cat', [x, 1]),
    WrongCall('conv2d', ramp(1, 1, 3, 3), 'w'),
    WrongCall('conv2d', ramp(1, 1, 3, 3), ramp(1, 1, 2, 2), None, [1, 1, 1]),
    WrongCall('softmax', x, None),
    WrongCall('zeros', [1], device='nowhere', ours='TypeError', why=BORDER),
    WrongCall('zeros', [2**70]),
]

WRONG_CALLS = SIZES + INDICES + VALUES + KINDS
