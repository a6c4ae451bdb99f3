# search_trajectory_*: whole search steps as the scripts make them, the architecture from the first epoch on.
from dataclasses import dataclass
from types import SimpleNamespace

import torch
from torch import nn

from figures import Writer, arch_of, genotype_figure, model_figures, rand3, sums
from networks import Network
from original import Original, old_arithmetic
from runs import cast, cosine, described, draw_batch, furthest

KEYS = (
    'learning_rate', 'learning_rate_min', 'momentum', 'weight_decay', 'grad_clip',
    'arch_learning_rate', 'arch_weight_decay',
)


@dataclass
class Search:
    """A script, and what it calls its architect; ImageNet search has none."""

    name: str
    folder: Original
    script: str
    network: Network
    architect: str | None

    @property
    def hyper_parameters(self) -> dict:
        defaults = self.folder.defaults(self.script)
        power = {'power': defaults['power']} if 'power' in defaults else {}
        return {key: defaults[key] for key in KEYS} | power


class Run:
    """One run, stepped to its end."""

    def __init__(self, search: Search, seed: int, epochs: int, dtype: torch.dtype, unrolled: bool):
        self.search, self.seed, self.epochs, self.dtype = search, seed, epochs, dtype
        self.unrolled = unrolled
        self.hyper = search.hyper_parameters
        torch.manual_seed(seed)
        self.model = search.network.build()
        self.losses: list[float] = []
        self.hvp: dict = {}

    def draw(self, steps: int) -> list:
        """(train, valid) for each step."""
        network = self.search.network
        torch.manual_seed(self.seed + 300)
        draw = lambda: draw_batch(network.input_shape, network.constructor['num_classes'])
        return [(draw(), draw()) for _ in range(steps)]

    def start(self) -> None:
        model, hyper = self._converted(self.model), self.hyper
        self._observe(model)
        self.optimizer = torch.optim.SGD(
            model.parameters(), hyper['learning_rate'],
            momentum=hyper['momentum'], weight_decay=hyper['weight_decay'],
        )
        if self.search.architect is None:
            self.arch_optimizer = torch.optim.Adam(
                model.arch_parameters(), lr=hyper['arch_learning_rate'], betas=(0.5, 0.999),
                weight_decay=hyper['arch_weight_decay'],
            )
            return
        make = getattr(self.search.folder, self.search.architect).Architect
        self.architect = make(model, SimpleNamespace(**hyper, epochs=self.epochs))
        self.arch_optimizer = self.architect.optimizer
        self._observe_hvp()
        new = model.new

        def observed_new():
            made = self._converted(new())
            self._observe(made)
            return made

        model.new = observed_new

    def _converted(self, model: nn.Module) -> nn.Module:
        model.to(self.dtype)
        if self.dtype != torch.float32:
            for name, parameter in arch_of(model).items():
                setattr(model, name, parameter.detach().to(self.dtype).requires_grad_())
            model._arch_parameters = list(arch_of(model).values())
        return model

    def _observe(self, model: nn.Module) -> None:
        own = model._loss

        def loss(*batch):
            value = own(*batch)
            self.losses.append(value.item())
            return value

        model._loss = loss

    def _observe_hvp(self) -> None:
        own = self.architect._hessian_vector_product

        def product(vector, *batch):
            norm = torch.cat([part.reshape(-1) for part in vector]).norm()
            result = own(vector, *batch)
            self.hvp = {
                'vector_norm': norm.item(),
                'implicit_gradient': [sums(part) for part in result],
            }
            return result

        self.architect._hessian_vector_product = product

    def _rate(self, epoch: int) -> float:
        hyper = self.hyper
        if self.search.architect is None:
            return hyper['learning_rate'] * (epoch + 1) / 5
        return cosine(epoch, self.epochs, hyper['learning_rate'], hyper['learning_rate_min'])

    def _architect_step(self, train, valid, epoch: int, lr: float) -> dict:
        model = self.model
        if self.search.architect is None:
            self.arch_optimizer.zero_grad()
            model._loss(*valid).backward()
            norm = nn.utils.clip_grad_norm_(model.arch_parameters(), self.hyper['grad_clip'])
            self.arch_optimizer.step()
            return {'arch_grad_norm_before_clipping': norm.item()}
        power = self.hyper.get('power')
        extra = {}
        if power is not None:
            extra = {'confidence': ((epoch + 1) / self.epochs) ** power, 'step': 1}
        with old_arithmetic():
            self.architect.step(*train, *valid, lr, self.optimizer, unrolled=self.unrolled, **extra)
        extra.pop('step', None)
        return {**extra, **({'hvp': self.hvp} if self.unrolled else {})}

    def step(self, train, valid, epoch: int, first: bool) -> tuple[dict, dict]:
        """The figures of one step, and the gradients of the architecture in full."""
        model, lr = self.model.train(), self._rate(epoch)
        self.optimizer.param_groups[0]['lr'] = lr
        self.losses.clear()
        told = self._architect_step(train, valid, epoch, lr)
        architect_losses = list(self.losses)
        arch = arch_of(model)
        gradients = {name: p.grad.flatten().tolist() for name, p in arch.items()}
        kept = {'arch_gradients': gradients} if first else {
            'arch_gradients_sum_abs': {name: sums(p.grad) for name, p in arch.items()}
        }
        parameters = {name: p.detach().flatten().tolist() for name, p in arch.items()}
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(train[0]), train[1])
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), self.hyper['grad_clip'])
        self.optimizer.step()
        figures = {
            'epoch': epoch,
            'lr': lr,
            'arch_lr': self.arch_optimizer.param_groups[0]['lr'],
            'architect_losses': architect_losses,
            **told,
            **kept,
            'arch_parameters': parameters,
            'train_loss': loss.item(),
            'grad_norm_before_clipping': norm.item(),
            **model_figures(model),
        }
        return figures, gradients


def run(search: Search, seed: int, epochs: int, steps: int, dtype: torch.dtype, unrolled: bool, noisy: bool):
    """(the run, its batches as drawn, figures of each step, gradients of each step)"""
    made = Run(search, seed, epochs, dtype, unrolled)
    drawn = made.draw(epochs * steps)
    flat = cast([batch for pair in drawn for batch in pair], dtype, noisy)
    made.start()
    done = [
        made.step(flat[2 * i], flat[2 * i + 1], i // steps, first=i == 0)
        for i in range(epochs * steps)
    ]
    return made, drawn, [figures for figures, _ in done], [gradients for _, gradients in done]


def distance(a: dict, b: dict, gradients_a: dict, gradients_b: dict) -> dict:
    def largest(x: dict, y: dict) -> float:
        return max(furthest(x[name], y[name]) for name in x)

    def relative(x: float, y: float) -> float:
        return abs(x / y - 1)

    return {
        'train_loss': abs(a['train_loss'] - b['train_loss']),
        'arch_parameters_max_abs': largest(a['arch_parameters'], b['arch_parameters']),
        'arch_gradients_max_abs': largest(gradients_a, gradients_b),
        'grad_norm_relative': relative(
            a['grad_norm_before_clipping'], b['grad_norm_before_clipping']
        ),
        'weights_abs_relative': relative(a['weights_sum_abs'][1], b['weights_sum_abs'][1]),
    }


def trajectory(
    writer: Writer, search: Search, epochs: int, steps: int, dtype: torch.dtype, unrolled: bool
) -> None:
    double = dtype == torch.float64
    name = f'search_trajectory_{search.name}_{"second" if unrolled else "first"}'
    name += '_float64' if double else ''
    if not writer.wants(name):
        return
    arguments = (search, writer.seed, epochs, steps, dtype, unrolled)
    made, drawn, figures, gradients = run(*arguments, noisy=False)
    extra = {} if double else {
        'rand3_after_last_step': rand3(),
        'batches': [
            dict(zip(('train_x', 'train_y', 'valid_x', 'valid_y'), (*described(*t), *described(*v))))
            for t, v in drawn
        ],
    }
    _, _, moved, moved_gradients = run(*arguments, noisy=True)
    genotype = made.model.genotype()
    recipe = (
        'torch.manual_seed(seed); construct; torch.manual_seed(seed+300); all batches are drawn, for each step train '
        'then valid, each randn(shape) then randint(0, classes, (batch,))'
    )
    recipe += '; all is converted to float64' if double else ''
    recipe += '; lr is the warm-up of a batch above 256' if search.architect is None else ''
    writer.write(
        name,
        f'{len(figures)} steps as {search.folder.folder.name}/{search.script}.py makes them',
        constructor=search.network.constructor,
        hyper_parameters=made.hyper,
        epochs=epochs,
        input_shape=search.network.input_shape,
        recipe=recipe,
        steps=figures,
        genotype_text=str(genotype),
        genotype=genotype_figure(genotype),
        sensitivity={'per_step': list(map(distance, figures, moved, gradients, moved_gradients))},
        **extra,
    )
