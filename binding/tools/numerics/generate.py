# Writes __tests__/binding/numerics/*.json: what PyTorch answers to the calls in cases/ and
# errors.py. Run it by hand, with a Python that has the LibTorch that torch-js is built against, on
# one thread:
#   OMP_NUM_THREADS=1 python binding/tools/numerics/generate.py            all families
#   OMP_NUM_THREADS=1 python binding/tools/numerics/generate.py linalg     this one
import hashlib
import json
import re
import sys
from pathlib import Path

import torch

from cases import FAMILIES
from errors import WRONG_CALLS

FOLDER = Path(__file__).resolve().parents[3] / '__tests__' / 'binding' / 'numerics'


def cpu() -> str:
    """Names the processor: by its features kernels, and so the last bits of results, are chosen."""
    text = Path('/proc/cpuinfo').read_text()
    model, flags = (
        re.search(rf'^{key}\s*: (.*)$', text, re.MULTILINE).group(1)
        for key in ('model name', 'flags')
    )
    return f'{model} {hashlib.sha256(flags.encode()).hexdigest()[:12]}'


def write(family: str, cases: list) -> None:
    lines = []
    for case in cases:
        try:
            lines.append(json.dumps(case.json(), separators=(',', ':'), allow_nan=False))
        except Exception as error:
            raise RuntimeError(f'{family}: {case.op}{tuple(case.args)} {case.keywords}') from error
    head = json.dumps({'torch': torch.__version__.split('+')[0], 'cpu': cpu()})[1:-1]
    body = ',\n'.join(lines)
    (FOLDER / f'{family}.json').write_text(f'{{{head},"cases":[\n{body}\n]}}\n')
    print(f'{family}: {len(cases)} cases, {len({case.op for case in cases})} operators')


def main() -> None:
    torch.set_num_threads(1)
    tables = {**FAMILIES, 'errors': WRONG_CALLS}
    for family in sys.argv[1:] or tables:
        write(family, tables[family])
    print(f'{len({case.op for cases in FAMILIES.values() for case in cases})} operators in all')


if __name__ == '__main__':
    main()
