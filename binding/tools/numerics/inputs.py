# The tensors that cases are given: by a formula or in full. __tests__/binding/numerics/inputs.ts
# computes the same ones, to the last bit.
import math
from dataclasses import dataclass
from typing import Any

import torch


def is_inexact(dtype: str) -> bool:
    return 'float' in dtype or 'complex' in dtype


def ramp_values(count: int, ordinal: int, low: float, high: float) -> list[float]:
    """Odd thousandths in (low, high) in a scrambled order: short to write, none of them where a
    function has a kink. Whole numbers until the last division, so the same in every language."""
    first, pairs = round(1000 * low), round(500 * (high - low))
    places = [(i * 389 + ordinal * 101) % 1009 for i in range(count)]
    return [(first + 2 * (pairs * place // 1009) + 1) / 1000 for place in places]


@dataclass(frozen=True)
class Input:
    """One tensor. Inexact ones require grad unless `grad` is False; `permute` makes it a view."""

    shape: tuple[int, ...]
    dtype: str
    low: float = -2
    high: float = 2
    values: tuple[Any, ...] | None = None
    permute: tuple[int, ...] | None = None
    grad: bool = True

    def tensor(self, ordinal: int) -> torch.Tensor:
        """The tensor, not permuted. `ordinal` counts the tensors of a case: no two are alike."""
        dtype = getattr(torch, self.dtype)
        if 'complex' in self.dtype:
            real = torch.float32 if self.dtype == 'complex64' else torch.float64
            parts = self._elements(2 * torch.Size(self.shape).numel(), ordinal)
            return torch.view_as_complex(torch.tensor(parts, dtype=real).reshape(*self.shape, 2))
        elements = self._elements(torch.Size(self.shape).numel(), ordinal)
        return torch.tensor(elements, dtype=dtype).reshape(self.shape)

    def _elements(self, count: int, ordinal: int) -> list[Any]:
        if self.values is not None:
            return list(self.values)
        values = ramp_values(count, ordinal, self.low, self.high)
        return values if is_inexact(self.dtype) else [math.floor(value) for value in values]

    def json(self) -> dict[str, Any]:
        described: dict[str, Any] = {}
        if self.values is None or len(self.shape) != 1:
            described['shape'] = list(self.shape)
        if self.dtype != 'float32':
            described['dtype'] = self.dtype
        if self.values is not None:
            described['data'] = list(self.values)
        elif (self.low, self.high) != (-2, 2):
            described['range'] = [self.low, self.high]
        if self.permute is not None:
            described['permute'] = list(self.permute)
        if not self.grad:
            described['grad'] = False
        return described


def ramp(
    *shape: int, dtype: str = 'float32', low: float = -2, high: float = 2, **rest: Any
) -> Input:
    """Float values in (low, high), default (-2, 2); whole ones in [low, high) for integers."""
    return Input(shape, dtype, low, high, **rest)


def index(*shape: int, high: int, **rest: Any) -> Input:
    """int64 in [0, high)."""
    return Input(shape, 'int64', 0, high, **rest)


def flags(*shape: int, **rest: Any) -> Input:
    """True and False."""
    return Input(shape, 'bool', 0, 2, **rest)


def given(values: list[Any], dtype: str = 'float32', **rest: Any) -> Input:
    """A tensor with these values in nested lists."""
    shape = []
    level: Any = values
    while isinstance(level, list):
        shape.append(len(level))
        level = level[0] if level else None
    return Input(tuple(shape), dtype, values=tuple(_flat(values)), **rest)


def _flat(values: Any) -> list[Any]:
    if not isinstance(values, list):
        return [values]
    return [element for value in values for element in _flat(value)]
