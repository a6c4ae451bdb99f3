# The original's networks at one scale, by the names that golden files give them.
import contextlib
from dataclasses import dataclass
from typing import Callable, ContextManager

from torch import nn

from figures import genotype_figure
from original import Original, quietly


@dataclass
class Scale:
    batch: int
    size: int
    # Of the images of ImageNet networks.
    large_size: int
    channels: int
    classes: int


@dataclass
class Network:
    name: str
    kind: str
    # As the checkers read it.
    constructor: dict
    make: Callable[[], nn.Module]
    input_shape: list
    # The attribute that sets its drop path, if it has one.
    drop: str | None = None
    # In which it is made, and derives its genotype.
    context: Callable[[], ContextManager] = contextlib.nullcontext

    def build(self) -> nn.Module:
        with self.context():
            return quietly(self.make)


@contextlib.contextmanager
def searched(module, primitives: list):
    """The primitives are a constant of the original's modules."""
    own = module.PRIMITIVES
    module.PRIMITIVES = primitives
    try:
        yield
    finally:
        module.PRIMITIVES = own


def search_networks(clr: Original, pc: Original, scale: Scale) -> list[Network]:
    C, classes = scale.channels, scale.classes
    small = [scale.batch, 3, scale.size, scale.size]
    large = [scale.batch, 3, scale.large_size, scale.large_size]

    def network(name, folder, module_name, shape, primitives=None, **options):
        module = getattr(folder, module_name)
        primitives = list(primitives or module.PRIMITIVES)
        arguments = {'layers': 2, 'en_layers': 1, 'steps': 4, 'multiplier': 4, 'stem_multiplier': 3}
        arguments |= options

        def make():
            return module.Network(C, classes, criterion=nn.CrossEntropyLoss(), **arguments)

        constructor = {'C': C, 'num_classes': classes, **arguments, 'primitives': primitives}
        kind = f'{folder.folder.name} {module_name}.Network'
        context = lambda: searched(module, primitives)
        return Network(name, kind, constructor, make, shape, context=context)

    return [
        network('clr_search', clr, 'model_search_b', small),
        network('clr_search_en2', clr, 'model_search_b', small, en_layers=2),
        network('clr_search_en3', clr, 'model_search_b', small, en_layers=3),
        network('clr_search_ops7', clr, 'model_search_b', small, clr.genotypes.PRIMITIVES),
        network('clr_search_wide_stem', clr, 'model_search_b', small, stem_multiplier=2),
        network('clr_search_steps3', clr, 'model_search_b', small, steps=3, multiplier=2),
        network('pc_search_steps3', pc, 'model_search_b', small, steps=3, multiplier=3),
        network('pc_search', pc, 'model_search_b', small),
        network('pc_search_en2', pc, 'model_search_b', small, en_layers=2),
        network('pc_imagenet_search', pc, 'model_search_imagenet_b', large),
        network('pc_imagenet_search_en2', pc, 'model_search_imagenet_b', large, en_layers=2),
    ]


def evaluation_networks(clr: Original, pc: Original, scale: Scale) -> list[Network]:
    C, classes = scale.channels, scale.classes

    def cells(folder, name):
        genotype = getattr(folder.genotypes, name)
        return genotype, {'genotype': name, 'genotype_arrays': genotype_figure(genotype)}

    def clr_network(genotype_name, data_set, layers=6, en_layers=2, pool_time=2):
        genotype, figure = cells(clr, genotype_name)
        sizes = {'layers': layers, 'en_layers': en_layers, 'pool_time': pool_time}
        shape = [scale.batch, 1 if data_set in ('mnist', 'fashion') else 3, scale.size, scale.size]
        return Network(
            f'clr_eval_{data_set}_{genotype_name}_{layers}_{en_layers}_{pool_time}',
            'BNASv2CLR model_b.Network',
            {'C': C, 'num_classes': classes, 'set': data_set, **sizes, **figure},
            lambda: clr.model_b.Network(C, classes, genotype=genotype, set=data_set, **sizes),
            shape,
            'drop_path_prob',
        )

    def pc_network(kind, genotype_name, layers=6, en_layers=2, pool_time=2):
        genotype, figure = cells(pc, genotype_name)
        sizes = {'layers': layers, 'en_layers': en_layers, 'pool_time': pool_time}
        size = scale.size if kind == 'NetworkCIFAR' else scale.large_size
        make = getattr(pc.model_b, kind)
        return Network(
            f'pc_eval_{kind}_{genotype_name}_{layers}_{en_layers}_{pool_time}',
            f'BNASv2PC model_b.{kind}',
            {'C': C, 'num_classes': classes, **sizes, **figure},
            lambda: make(C, classes, auxiliary=False, genotype=genotype, **sizes),
            [scale.batch, 3, size, size],
            {'NetworkCIFAR': 'drop_path_prob', 'NetworkImageNet_b2': 'drop_prob'}.get(kind),
        )

    return [
        clr_network('BNASv2_CLR_v1', 'cifar10'),
        clr_network('BNASv2_CLR_v2', 'svhn', layers=4, en_layers=1),
        clr_network('DARTS_V1', 'fashion', layers=7),
        clr_network('NASNet', 'cifar100', layers=2, en_layers=3),
        clr_network('AmoebaNet', 'mnist', layers=5),
        pc_network('NetworkCIFAR', 'BNASv2_PC_cifar_v1'),
        pc_network('NetworkCIFAR', 'BNASv2_PC_cifar_v2', layers=5, en_layers=3),
        pc_network('NetworkCIFAR', 'PC_DARTS_image', layers=8, en_layers=1),
        pc_network('NetworkImageNet_b2', 'BNASv2_PC_image'),
        pc_network('NetworkImageNet_b2', 'DARTS_V2', layers=5, en_layers=3),
        pc_network('NetworkImageNet_b5', 'BNASv2_PC_image', layers=5, pool_time=5),
    ]
