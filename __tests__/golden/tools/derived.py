# genotype_*: sets of architecture parameters, with ties among them, and the genotypes that the original derives.
import torch

from figures import Writer, arch_of, genotype_figure
from networks import Network

SETS = 40


def kinds(primitives: list) -> dict:
    none = primitives.index('none')

    def dominated(shape):
        alphas = torch.zeros(shape)
        if len(shape) == 2:
            alphas[:, none] = 3
        return alphas

    return {
        'all zero': torch.zeros,
        'none dominates, rest equal': dominated,
        'levels of 0.5': lambda shape: torch.randint(-2, 3, shape) / 2,
        'normal 0.001': lambda shape: 1e-3 * torch.randn(shape),
        'normal 0.1': lambda shape: 0.1 * torch.randn(shape),
        'normal 1': torch.randn,
    }


def genotypes(writer: Writer, network: Network) -> None:
    name = f'genotype_{network.name}'
    if not writer.wants(name):
        return
    torch.manual_seed(writer.seed + 500)
    model = network.build()
    constructor = network.constructor
    drawn = list(kinds(constructor['primitives']).items())
    sets = []
    for i in range(SETS):
        kind, draw = drawn[i if i < 2 else 2 + i % (len(drawn) - 2)]
        arch = arch_of(model)
        for parameter in arch.values():
            parameter.data.copy_(draw(tuple(parameter.shape)))
        with network.context():
            figure = genotype_figure(model.genotype())
        sets.append({
            'kind': kind,
            **{name: parameter.detach().flatten().tolist() for name, parameter in arch.items()},
            'normal': figure['normal'],
            'reduce': figure['reduce'],
            'concat': figure['normal_concat'],
        })
    writer.write(
        name,
        f'{SETS} sets of architecture parameters and the genotypes of {network.kind}',
        primitives=constructor['primitives'],
        alphas_shape=list(model.alphas_normal.shape),
        steps=constructor['steps'],
        multiplier=constructor['multiplier'],
        sets=sets,
    )
