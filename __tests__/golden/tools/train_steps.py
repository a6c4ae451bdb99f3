# train_trajectory_*: whole training steps of a found network as the scripts make them.
import torch
from torch import nn

from figures import Writer, logits_of, model_figures, rand3
from networks import Network
from original import Original, old_arithmetic
from runs import cast, cosine, described, draw_batch, furthest

KEYS = ('learning_rate', 'momentum', 'weight_decay', 'grad_clip', 'drop_path_prob')


def run(network: Network, seed: int, epochs: int, steps: int, hyper: dict, criterion, accuracy, dtype, noisy):
    """(batches as drawn, figures of each step)"""
    torch.manual_seed(seed)
    model = network.build()
    classes = network.constructor['num_classes']
    torch.manual_seed(seed + 300)
    drawn = [draw_batch(network.input_shape, classes) for _ in range(epochs * steps)]
    batches = cast(drawn, dtype, noisy)
    model.to(dtype).train()
    optimizer = torch.optim.SGD(
        model.parameters(), hyper['learning_rate'],
        momentum=hyper['momentum'], weight_decay=hyper['weight_decay'],
    )
    torch.manual_seed(seed + 400)
    figures = []
    for i, (x, y) in enumerate(batches):
        epoch = i // steps
        lr = cosine(epoch, epochs, hyper['learning_rate'], 0)
        optimizer.param_groups[0]['lr'] = lr
        model.drop_path_prob = hyper['drop_path_prob'] * epoch / epochs
        optimizer.zero_grad()
        logits = logits_of(model(x))
        loss = criterion(logits, y)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), hyper['grad_clip'])
        optimizer.step()
        with old_arithmetic():
            top1, top5 = accuracy(logits.detach(), y, topk=(1, 5))
        figures.append({
            'epoch': epoch,
            'lr': lr,
            'drop_path_prob': model.drop_path_prob,
            'train_loss': loss.item(),
            'logits': logits.detach().flatten().tolist(),
            'top1': top1.item(),
            'top5': top5.item(),
            'grad_norm_before_clipping': norm.item(),
            **model_figures(model),
        })
    return drawn, figures


def trajectory(
    writer: Writer, name: str, folder: Original, script: str, network: Network, epochs: int, steps: int
) -> None:
    name = f'train_trajectory_{name}'
    if not writer.wants(name):
        return
    defaults = folder.defaults(script)
    hyper = {key: defaults[key] for key in KEYS}
    criterion = nn.CrossEntropyLoss()
    if 'label_smooth' in defaults:
        smooth = folder.class_of(script, 'CrossEntropyLabelSmooth')
        criterion = smooth(network.constructor['num_classes'], defaults['label_smooth'])

    def each(dtype, noisy):
        return run(network, writer.seed, epochs, steps, hyper, criterion, folder.utils.accuracy, dtype, noisy)

    def sensitivity(figures, dtype):
        return [
            {
                'train_loss': abs(a['train_loss'] - b['train_loss']),
                'logits_max_abs': furthest(a['logits'], b['logits']),
            }
            for a, b in zip(figures, each(dtype, noisy=True)[1], strict=True)
        ]

    drawn, single = each(torch.float32, noisy=False)
    after = rand3()
    _, double = each(torch.float64, noisy=False)
    writer.write(
        name,
        f'{len(single)} steps as {folder.folder.name}/{script}.py makes them',
        hyper_parameters=hyper,
        criterion=type(criterion).__name__,
        input_shape=network.input_shape,
        classes=network.constructor['num_classes'],
        recipe=(
            f'torch.manual_seed(seed); network of init_{network.name}; torch.manual_seed(seed+300); each batch '
            'randn(shape), then randint(0, classes, (batch,)); torch.manual_seed(seed+400); float64 is converted '
            'after construction and drawing'
        ),
        batches=[dict(zip(('x', 'y'), described(*batch))) for batch in drawn],
        rand3_after_last_step=after,
        steps=single,
        steps_float64=double,
        sensitivity={
            'float32': sensitivity(single, torch.float32),
            'float64': sensitivity(double, torch.float64),
        },
    )
