# Files that Python writes, for the tests of torch.load: `python serialize_fixtures.py` with a Python that
# has torch and NumPy, by hand. Writes into __tests__/binding/serialize/fixtures; load.test.ts has the values.
import math
from collections import Counter, OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn

FOLDER = Path(__file__).parents[2] / '__tests__/binding/serialize/fixtures'

VALUES = {
    'none': None,
    'booleans': [True, False],
    'integers': [0, 255, 256, 65535, 65536, -1, 2**31 - 1, -(2**31), 2**31, 2**53 - 1],
    'large': [2**53, -(2**53), 2**63, 2**70, -(2**70)],
    'floats': [0.5, -0.0, 1e300, math.inf, -math.inf, math.nan],
    'texts': ['', 'plain', 'ü😀', 'line\nline'],
    'tuples': [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    'dict': {'__proto__': {'polluted': True}, 'constructor': 1},
    'integer keys': {0: 'a', 1: 'b'},
    'ordered': OrderedDict([('b', 1), ('a', 2)]),
    'empty': [[], {}, OrderedDict()],
    'size': torch.Size([2, 3]),
    'dtype': torch.float16,
    'device': torch.device('cpu'),
}

# Also of protocols beside 2; not in files of before PyTorch 1.6.
OTHER_VALUES = {
    'sets': [set(), {1, 2, 'three'}, frozenset({None, True, 2.5})],
    'bytes': [b'', b'\x00\xff', bytearray(), bytearray(b'\x80'), bytes(range(256)) * 2],
    'long text': 'ü' * 300,
    'complex': 1 - 2j,
    'counter': Counter('abca'),
    'layout': torch.strided,
    'numpy': {
        name: getattr(np, name)(number)
        for name, number in {
            'bool_': True, 'int8': -1, 'int16': -300, 'int32': -70000, 'int64': -(2**62), 'uint8': 200,
            'uint16': 60000, 'uint32': 2**32 - 1, 'uint64': 2**64 - 1, 'float16': -1.5,
            'float32': 0.1, 'float64': 0.1, 'complex64': 1 - 2j, 'complex128': 1 - 2j,
        }.items()
    },
    'small halves': [np.float16(2**-24), np.float16('inf'), np.float16('nan'), np.float16(65504)],
}

DTYPES = [
    'uint8', 'int8', 'int16', 'int32', 'int64', 'float16', 'bfloat16', 'float32', 'float64',
    'complex64', 'complex128', 'bool',
]
# Not in files of before PyTorch 1.6.
NEW_DTYPES = ['uint16', 'uint32', 'uint64', 'complex32']


def numbers(dtype: str) -> torch.Tensor:
    return torch.tensor([1, 0, 3], dtype=getattr(torch, dtype))


def tensors() -> OrderedDict:
    base = torch.arange(6.0)
    return OrderedDict(
        base=base,
        transposed=base.view(2, 3).t(),
        tail=base[4:],
        expanded=base[1].expand(2, 2),
        scalar=torch.tensor(3),
        empty=torch.zeros(0, 3),
        requiring=torch.ones(2, requires_grad=True),
        parameter=nn.Parameter(torch.full((2,), 2.0)),
        frozen=nn.Parameter(torch.full((1,), 3.0), requires_grad=False),
        conjugated=torch.tensor([1 + 2j, 3 - 4j]).conj(),
        negated=torch.tensor([1 + 2j, 3 - 4j]).conj().imag,
        again=base,
    )


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1, bias=False)
        self.bn = nn.BatchNorm2d(2)
        self.fc = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.bn(self.conv(x)).mean((2, 3)))


def checkpoint() -> dict:
    """As the original saves it, its network run on several devices."""
    net = Net()
    with torch.no_grad():
        for i, tensor in enumerate(net.state_dict().values()):
            tensor.copy_(torch.arange(tensor.numel()).view(tensor.shape) + i)
    state = OrderedDict((f'module.{name}', t.clone()) for name, t in net.state_dict().items())
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    net(torch.ones(1, 3, 2, 2)).sum().backward()
    optimizer.step()
    return {
        'epoch': 7,
        'state_dict': state,
        'best_acc_top1': 97.5,
        'optimizer': optimizer.state_dict(),
    }


def with_attributes() -> list:
    made = [torch.ones(1), nn.Parameter(torch.ones(1))]
    for tensor in made:
        tensor.tag = 'a text'
    return made


def save(name: str, value: object, **options: object) -> None:
    torch.save(value, FOLDER / name, **options)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    old = {'_use_new_zipfile_serialization': False}
    save('values.pt', VALUES)
    save('values_legacy.pt', VALUES, **old)
    save('dtypes.pt', {name: numbers(name) for name in DTYPES + NEW_DTYPES})
    save('dtypes_legacy.pt', {name: numbers(name) for name in DTYPES}, **old)
    save('tensors.pt', tensors())
    save('tensors_legacy.pt', tensors(), **old)
    save('checkpoint.pt', checkpoint())
    save('checkpoint_legacy.pt', checkpoint(), **old)
    save('class.pt', {'model': Net()})
    for protocol in (2, 3, 4, 5):
        values = {**VALUES, **OTHER_VALUES, 'with attributes': with_attributes()}
        save(f'protocol{protocol}.pt', values, pickle_protocol=protocol)
    save('checkpoint_protocol5.pt', checkpoint(), pickle_protocol=5)
    save('checkpoint_legacy_protocol4.pt', checkpoint(), pickle_protocol=4, **old)
    torch.serialization.set_crc32_options(False)
    save('no_checksums.pt', torch.arange(3))
    torch.jit.save(torch.jit.script(nn.ReLU()), FOLDER / 'torchscript.pt')


main()
