# One trial of the `dispatch` benchmark in PyTorch; benchmarks/trials/dispatch.ts is its twin, line by line.
import json
import sys
import timeit

import torch

OPERATORS = {
    'add': (torch.add, [[4], [4]], [4]),
    'relu': (torch.relu, [[4]], [4]),
    'mul': (torch.mul, [[4], [4]], [4]),
    'sum': (torch.sum, [[4]], []),
    'matmul': (torch.matmul, [[2, 2], [2, 2]], [2, 2]),
    'conv2d': (torch.conv2d, [[1, 1, 4, 4], [1, 1, 3, 3]], [1, 1, 2, 2]),
}


def nanoseconds(statement, names, request):
    """The least disturbed of several loops, as timeit's documentation advises."""
    timer = timeit.Timer(statement, globals=names)
    return min(timer.repeat(request['repeats'], request['calls'])) / request['calls'] * 1e9


def main(request):
    torch.set_num_threads(request['threads'])
    torch.manual_seed(request['seed'])
    metrics, proof = {}, {}
    for name, (operator, shapes, result_shape) in OPERATORS.items():
        inputs = [torch.rand(shape) for shape in shapes]
        proof[name] = operator(*inputs).sum().item()
        names = {'operator': operator, 'gradient': torch.ones(result_shape), **dict(zip('ab', inputs))}
        call = 'operator(a, b)' if len(inputs) == 2 else 'operator(a)'
        metrics[name] = nanoseconds(call, names, request)
        for tensor in inputs:
            tensor.requires_grad_()
        metrics[f'{name}_backward'] = nanoseconds(f'{call}.backward(gradient)', names, request)
    return {'proof': proof, 'metrics': metrics}


print(json.dumps(main(json.loads(sys.argv[1]))))
