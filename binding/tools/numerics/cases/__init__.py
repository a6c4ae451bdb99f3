# Every family of cases, by the name of its file.
from importlib import import_module

NAMES = (
    'elementwise promotion comparisons reductions shapes indexing order linalg fourier special '
    'convolution pooling normalisation activations losses resampling recurrent foreach writing '
    'factories complex'
)

FAMILIES = {name: list(import_module(f'cases.{name}').cases()) for name in NAMES.split()}
