# How arguments, results and tensors are written as JSON. Python's ints and floats both become
# numbers, as they do in JavaScript; `BigInt` is for an argument that JavaScript has to give as a
# BigInt.
import math
import struct
from typing import Any

import torch

from inputs import Input

LARGEST_EXACT = 2**53


class BigInt(int):
    """An int that JavaScript gives as a BigInt: where a number would become a float."""


class Each(list):
    """An int[N] that JavaScript gives as one number; the dispatcher wants the list."""

    def __init__(self, number: int, times: int) -> None:
        super().__init__([number] * times)


def encode_argument(value: Any) -> Any:
    if isinstance(value, Input):
        described = value.json()
        if 'data' in described:
            described['data'] = [encode_number(number) for number in described['data']]
        return described
    if isinstance(value, Each):
        return value[0]
    if isinstance(value, (list, tuple)):
        return [encode_argument(item) for item in value]
    if isinstance(value, (torch.dtype, torch.memory_format, torch.layout)):
        return str(value).removeprefix('torch.')
    if isinstance(value, BigInt) or _is_large(value):
        return {'bigint': str(int(value))}
    if isinstance(value, float) and not math.isfinite(value):
        return {'number': encode_number(value)}
    return value


def encode_result(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return encode_tensor(value)
    if isinstance(value, (list, tuple)):
        return [encode_result(item) for item in value]
    return encode_argument(value)


def encode_tensor(tensor: torch.Tensor) -> dict[str, Any]:
    # A clone has its values in memory, whatever the tensor is a promise of.
    tensor = tensor.detach().clone().resolve_conj().resolve_neg()
    # Without a shape it is a row.
    described: dict[str, Any] = {} if tensor.dim() == 1 else {'shape': list(tensor.shape)}
    dtype = str(tensor.dtype).removeprefix('torch.')
    if dtype != 'float32':
        described['dtype'] = dtype
    real = torch.view_as_real(tensor) if tensor.is_complex() else tensor
    # Only what is float64 needs its 17 digits.
    shorten = shortest_float32 if 'float' in dtype and dtype != 'float64' else None
    if dtype == 'complex64':
        shorten = shortest_float32
    described['data'] = [encode_number(number, shorten) for number in real.flatten().tolist()]
    return described


def encode_number(number: Any, shorten: Any = None) -> Any:
    if isinstance(number, bool):
        return int(number)
    if isinstance(number, int):
        return str(number) if _is_large(number) else number
    if math.isnan(number):
        return 'NaN'
    if math.isinf(number):
        return 'Infinity' if number > 0 else '-Infinity'
    number = shorten(number) if shorten else number
    whole = number.is_integer() and abs(number) < LARGEST_EXACT and math.copysign(1, number) > 0
    return int(number) if whole else number


def shortest_float32(number: float) -> float:
    """The number with the fewest digits that rounds to this float32."""
    for digits in range(1, 9):
        short = float(f'{number:.{digits}g}')
        if _rounded(short) == number:
            return short
    return number


def _rounded(number: float) -> float:
    try:
        return struct.unpack('f', struct.pack('f', number))[0]
    except OverflowError:
        return math.inf


def _is_large(value: Any) -> bool:
    return isinstance(value, int) and abs(value) > LARGEST_EXACT
