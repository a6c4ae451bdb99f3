# The original's modules (folders BNASv2CLR and BNASv2PC of its repository), imported as they are. What PyTorch 0.3
# and 0.4 had and PyTorch 2 has not is put in at run time.
import ast
import contextlib
import importlib
import io
import math
import sys
from pathlib import Path
from types import ModuleType

import torch
from torch import nn

FOLDERS = ('BNASv2CLR', 'BNASv2PC')
NETWORKS = ('model_search_b', 'model_b', 'model_search_imagenet_b', 'architect', 'architect_confidence')
MODULES = ('genotypes', 'operations', 'utils', *NETWORKS)

torch.Tensor.cuda = nn.Module.cuda = lambda self, *_, **__: self
torch.cuda.FloatTensor = torch.empty


class Original:
    """The modules of one folder as attributes: `clr.model_b.Network`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise SystemExit(f'{folder} is no folder: name the one that holds {" and ".join(FOLDERS)}')
        # Both folders have modules of these names.
        for name in MODULES:
            sys.modules.pop(name, None)
        sys.path.insert(0, str(folder))
        try:
            for name in MODULES:
                if (folder / f'{name}.py').exists():
                    setattr(self, name, importlib.import_module(name))
        finally:
            sys.path.remove(str(folder))

    def _tree(self, script: str) -> ast.Module:
        # `async` became a keyword of Python.
        source = (self.folder / f'{script}.py').read_text().replace('async=', 'non_blocking=')
        return ast.parse(source)

    def defaults(self, script: str) -> dict:
        """What the script's argument parser gives without a flag."""
        found = {}
        for node in ast.walk(self._tree(script)):
            if isinstance(node, ast.Call) and getattr(node.func, 'attr', '') == 'add_argument':
                for keyword in node.keywords:
                    if keyword.arg == 'default':
                        name = ast.literal_eval(node.args[0]).lstrip('-')
                        found[name] = ast.literal_eval(keyword.value)
        return found

    def class_of(self, script: str, name: str) -> type:
        """A class out of a script that cannot be imported, as it would begin to train."""
        [node] = [n for n in self._tree(script).body if getattr(n, 'name', None) == name]
        space = {'torch': torch, 'nn': nn}
        exec(compile(ast.Module([node], []), script, 'exec'), space)
        return space[name]


def quietly(make):
    """Without what the original prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return make()


@contextlib.contextmanager
def old_arithmetic():
    """`x.add_(factor, y)`, `x.sub(factor, y)` and `view` of any tensor, as PyTorch had them."""
    names = ('add_', 'sub', 'sub_')
    own = {name: getattr(torch.Tensor, name) for name in (*names, 'view')}

    def scaled(name):
        def call(self, *args, **keywords):
            if len(args) == 2:
                factor = args[0].item() if isinstance(args[0], torch.Tensor) else args[0]
                return own[name](self, args[1], alpha=factor)
            return own[name](self, *args, **keywords)

        return call

    for name in names:
        setattr(torch.Tensor, name, scaled(name))
    torch.Tensor.view = torch.Tensor.reshape
    try:
        yield
    finally:
        for name, method in own.items():
            setattr(torch.Tensor, name, method)


@contextlib.contextmanager
def old_initialisation():
    """As PyTorch 0.4 drew new layers."""
    own = {kind: kind.reset_parameters for kind in (nn.modules.conv._ConvNd, nn.Linear, nn.BatchNorm2d)}

    def from_bound(layer, bound):
        layer.weight.data.uniform_(-bound, bound)
        if layer.bias is not None:
            layer.bias.data.uniform_(-bound, bound)

    def norm(layer):
        layer.reset_running_stats()
        if layer.affine:
            layer.weight.data.uniform_()
            layer.bias.data.zero_()

    nn.modules.conv._ConvNd.reset_parameters = lambda layer: from_bound(
        layer, 1 / math.sqrt(layer.in_channels * math.prod(layer.kernel_size))
    )
    nn.Linear.reset_parameters = lambda layer: from_bound(layer, 1 / math.sqrt(layer.in_features))
    nn.BatchNorm2d.reset_parameters = norm
    try:
        yield
    finally:
        for kind, method in own.items():
            kind.reset_parameters = method


def without_torchvision() -> None:
    """Stands in for torchvision, of which only scripts that are not run make use, where it is missing."""
    try:
        import torchvision  # noqa: F401
    except ImportError:
        for name in ('torchvision', 'torchvision.transforms'):
            sys.modules[name] = ModuleType(name)
        sys.modules['torchvision'].transforms = sys.modules['torchvision.transforms']


without_torchvision()
