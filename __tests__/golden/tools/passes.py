# init_*: networks after seeded construction. forward_backward_*: one training forward and backward, then eval.
import contextlib

import torch
from torch import nn

from figures import (
    Writer, arch_of, draws_since, full, logits_of, norms_of, rand3, summary, sums,
)
from networks import Network
from original import old_initialisation

DROP_PATH = 0.3


def described(network: Network, init: str) -> dict:
    return {'class': network.kind, 'constructor': network.constructor, 'init': init}


def construction(writer: Writer, network: Network, init: str = 'modern') -> None:
    name = f'init_{network.name}' if init == 'modern' else f'init_{init}_{network.name}'
    if not writer.wants(name):
        return
    torch.manual_seed(writer.seed)
    with old_initialisation() if init == 'legacy' else contextlib.nullcontext():
        model = network.build()
    writer.write(
        name,
        f'{network.kind} after torch.manual_seed(seed) and construction',
        **described(network, init),
        rand3_after_construction=rand3(),
        parameter_count=sum(p.numel() for p in model.parameters()),
        parameter_tensors=len(list(model.parameters())),
        arch_parameters={name: full(p) for name, p in arch_of(model).items()},
        parameters=[[name, list(p.shape), *summary(p)] for name, p in model.named_parameters()],
        buffers=[[name, list(b.shape)] for name, b in model.named_buffers()],
    )


@contextlib.contextmanager
def recorded_masks():
    """What bernoulli_ draws, mask by mask."""
    masks: list[str] = []
    own = torch.Tensor.bernoulli_

    def record(self, *args, **keywords):
        mask = own(self, *args, **keywords)
        masks.append(''.join(str(int(value)) for value in mask.flatten()))
        return mask

    torch.Tensor.bernoulli_ = record
    try:
        yield masks
    finally:
        torch.Tensor.bernoulli_ = own


def forward_backward(
    writer: Writer, network: Network, drop_path: bool = False, init: str = 'modern'
) -> None:
    prefix = 'forward_backward' if init == 'modern' else f'forward_backward_{init}'
    name = f'{prefix}_{network.name}{"_drop" if drop_path else ""}'
    if not writer.wants(name):
        return
    torch.manual_seed(writer.seed)
    with old_initialisation() if init == 'legacy' else contextlib.nullcontext():
        model = network.build()
    recipe = ['torch.manual_seed(seed)', 'construct']
    if network.drop:
        setattr(model, network.drop, DROP_PATH if drop_path else 0)
    if drop_path:
        recipe.append(f'{network.drop} = {DROP_PATH}')
    classes = network.constructor['num_classes']
    torch.manual_seed(writer.seed + 100)
    x = torch.randn(network.input_shape)
    y = torch.randint(0, classes, (network.input_shape[0],))
    recipe += ['torch.manual_seed(seed+100)', 'x = randn(shape)', 'y = randint(0, classes, (batch,))']
    if drop_path:
        torch.manual_seed(writer.seed + 200)
        recipe.append('torch.manual_seed(seed+200)')
    before = torch.get_rng_state()
    with recorded_masks() as masks:
        logits = logits_of(model.train()(x))
    draws = draws_since(before)
    loss = nn.functional.cross_entropy(logits, y)
    loss.backward()
    grads = {name: p.grad for name, p in model.named_parameters()}
    figures = {
        'recipe': '; '.join([*recipe, 'train(), forward, loss, backward; eval(), forward']),
        'input_shape': network.input_shape,
        'classes': classes,
        'x': summary(x),
        'y': y.tolist(),
        'draws_in_train_forward': draws,
        'train_logits': full(logits),
        'loss': loss.item(),
        'arch_gradients': {name: full(p.grad) for name, p in arch_of(model).items()},
        'parameters_without_gradient': [name for name, grad in grads.items() if grad is None],
        'parameters_with_zero_gradient': [
            name for name, grad in grads.items() if grad is not None and not grad.any()
        ],
        'gradients': [[name, *summary(grad)] for name, grad in grads.items() if grad is not None],
        'bn_after_train_forward': [
            [name, *sums(norm.running_mean), sums(norm.running_var)[0]]
            for name, norm in norms_of(model)
        ],
    }
    if drop_path:
        figures['drop_path_masks_in_call_order'] = masks
    with torch.no_grad():
        figures['eval_logits'] = full(logits_of(model.eval()(x)))
    writer.write(name, f'a training pass of {network.kind}', **described(network, init), **figures)
