# One trial of the `dispatch` benchmark in PyTorch; benchmarks/trials/dispatch.ts is its twin, line by line.
import json
import sys
import timeit

import torch

# What is called, with which shapes, and the shape of the result.
OPERATORS = {
    'add': ('add(a, b)', [[4], [4]], [4]),
    'relu': ('relu(a)', [[4]], [4]),
    'mul': ('mul(a, b)', [[4], [4]], [4]),
    'sum': ('sum(a)', [[4]], []),
    'add_keyword': ('add(a, b, alpha=2)', [[4], [4]], [4]),
    'sum_plain': ('sum(a, 0, True)', [[2, 2]], [1, 2]),
    'sum_list_keyword': ('sum(a, [0], keepdim=True)', [[2, 2]], [1, 2]),
    'cat_list': ('cat([a, b])', [[4], [4]], [8]),
    'matmul': ('matmul(a, b)', [[2, 2], [2, 2]], [2, 2]),
    'conv2d': ('conv2d(a, b)', [[1, 1, 4, 4], [1, 1, 3, 3]], [1, 1, 2, 2]),
}
FUNCTIONS = {name: getattr(torch, name) for name in ('add', 'relu', 'mul', 'sum', 'cat', 'matmul', 'conv2d')}


def nanoseconds(statement, names, request):
    """The least disturbed of several loops, as timeit's documentation advises."""
    timer = timeit.Timer(statement, globals=names)
    return min(timer.repeat(request['repeats'], request['calls'])) / request['calls'] * 1e9


def main(request):
    torch.set_num_threads(request['threads'])
    torch.manual_seed(request['seed'])
    metrics, proof = {}, {}
    for name, (call, shapes, result_shape) in OPERATORS.items():
        inputs = [torch.rand(shape) for shape in shapes]
        names = {**FUNCTIONS, 'gradient': torch.ones(result_shape), **dict(zip('ab', inputs))}
        proof[name] = eval(call, dict(names)).sum().item()
        metrics[name] = nanoseconds(call, names, request)
        for tensor in inputs:
            tensor.requires_grad_()
        metrics[f'{name}_recorded'] = nanoseconds(call, names, request)
        metrics[f'{name}_backward'] = nanoseconds(f'{call}.backward(gradient)', names, request)
    return {'proof': proof, 'metrics': metrics}


print(json.dumps(main(json.loads(sys.argv[1]))))
