# How golden files write tensors, generators and models.
import itertools
import json
from pathlib import Path

import torch
from torch import nn


class Writer:
    """Writes JSON files into a folder, each with the header that tells of its making."""

    def __init__(self, folder: Path, seed: int, only: str) -> None:
        self.folder, self.seed, self.only = folder, seed, only
        folder.mkdir(parents=True, exist_ok=True)

    def wants(self, name: str) -> bool:
        return self.only in name

    def write(self, name: str, what: str, **content) -> None:
        header = {
            'torch': torch.__version__,
            'threads': torch.get_num_threads(),
            'cpu_capability': torch.backends.cpu.get_cpu_capability(),
            'seed': self.seed,
            'what': what,
        }
        text = json.dumps({'header': header, **content}, allow_nan=False)
        (self.folder / f'{name}.json').write_text(text)
        print(name, flush=True)


def full(tensor: torch.Tensor) -> dict:
    return {'shape': list(tensor.shape), 'data': tensor.detach().flatten().tolist()}


def sums(tensor: torch.Tensor) -> list:
    wide = tensor.detach().double()
    return [wide.sum().item(), wide.abs().sum().item()]


def summary(tensor: torch.Tensor) -> list:
    """Sum and sum of absolute values in float64, and the first three values."""
    return [*sums(tensor), tensor.detach().flatten()[:3].tolist()]


def rand3() -> list:
    return torch.rand(3).tolist()


def draws_since(state: torch.Tensor) -> int:
    """How many numbers of 32 bits the default generator gave since it was at `state`; it is left as it was."""
    now = torch.get_rng_state()
    expected = torch.rand(3)
    for count in itertools.count():
        torch.set_rng_state(state)
        torch.empty(count, dtype=torch.int32).random_()
        if torch.equal(torch.rand(3), expected):
            torch.set_rng_state(now)
            return count
    raise AssertionError


def norms_of(model: nn.Module) -> list:
    return [(n, m) for n, m in model.named_modules() if isinstance(m, nn.BatchNorm2d)]


def arch_of(model: nn.Module) -> dict:
    names = ('alphas_normal', 'alphas_reduce', 'betas_normal', 'betas_reduce')
    return {name: getattr(model, name) for name in names if hasattr(model, name)}


def model_figures(model: nn.Module) -> dict:
    """Sums over all weights and all normalisations."""
    weights = [sums(parameter) for parameter in model.parameters()]
    norms = [norm for _, norm in norms_of(model)]
    means = [sums(norm.running_mean) for norm in norms]
    return {
        'weights_sum_abs': [sum(pair[i] for pair in weights) for i in (0, 1)],
        'bn': {
            'mean_sum': sum(pair[0] for pair in means),
            'mean_abs': sum(pair[1] for pair in means),
            'var_sum': sum(sums(norm.running_var)[0] for norm in norms),
            'num_batches_tracked_of_first': norms[0].num_batches_tracked.item(),
        },
    }


def genotype_figure(genotype) -> dict:
    return {
        'normal': [list(edge) for edge in genotype.normal],
        'normal_concat': list(genotype.normal_concat),
        'reduce': [list(edge) for edge in genotype.reduce],
        'reduce_concat': list(genotype.reduce_concat),
    }


def logits_of(output):
    """Some of the original's networks return a pair."""
    return output[0] if isinstance(output, tuple) else output
