# Runs one case in PyTorch and says what came of it. __tests__/binding/numerics/replay.ts does the
# same with torch-js.
from typing import Any

import torch

from encode import encode_argument, encode_result, encode_tensor
from inputs import Input


# Asked of the dispatcher, these give a dtype's number.
GIVES_DTYPE = ('result_type', 'promote_types')


class Case:
    """A call of the operator aten::op: arguments as PyTorch takes them, tensors as Inputs."""

    def __init__(self, op: str, *args: Any, **keywords: Any) -> None:
        self.op = op
        self.args = list(args)
        self.keywords = keywords
        self.apart: str | None = None

    def differences_apart(self, reason: str) -> 'Case':
        """The gradient is, on purpose, not what finite differences give."""
        self.apart = reason
        return self

    def json(self) -> dict[str, Any]:
        described: dict[str, Any] = {'op': self.op, 'args': encode_argument(self.args)}
        if self.keywords:
            described['keywords'] = {key: encode_argument(v) for key, v in self.keywords.items()}
        described.update(Run(self).outcome())
        if self.apart:
            described['differencesApart'] = self.apart
        return described


class Run:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.in_place = case.op.endswith('_')
        # An out variant cannot be recorded for gradients.
        self.recorded = 'out' not in case.keywords
        self.leaves: list[torch.Tensor] = []
        self.arguments: list[torch.Tensor] = []

    def outcome(self) -> dict[str, Any]:
        case = self.case
        args = [self._build(value) for value in case.args]
        keywords = {key: self._build(value) for key, value in case.keywords.items()}
        before = [argument.detach().clone() for argument in self.arguments]
        home = torch if case.op in GIVES_DTYPE else torch.ops.aten
        result = getattr(home, case.op)(*args, **keywords)
        outcome = {'result': encode_result(result)}
        returned = tensors_in(result)
        changed = [
            None
            if any(argument is one for one in returned) or same(old, argument)
            else encode_tensor(argument)
            for old, argument in zip(before, self.arguments)
        ]
        if any(changed):
            outcome['changed'] = changed
        # What returns nothing wrote into its first argument.
        gradients = self._gradients(tensors_in(args[0]) if result is None else returned)
        if gradients:
            outcome['gradients'] = gradients
        return outcome

    def _build(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [self._build(item) for item in value]
        if not isinstance(value, Input):
            return value
        leaf = value.tensor(len(self.leaves))
        if self.recorded and value.grad and (leaf.is_floating_point() or leaf.is_complex()):
            leaf.requires_grad_()
        self.leaves.append(leaf)
        argument = leaf if value.permute is None else leaf.permute(value.permute)
        # A leaf that requires grad must not be written to; a copy of it may.
        argument = argument.clone() if self.in_place else argument
        self.arguments.append(argument)
        return argument

    def _gradients(self, results: list[torch.Tensor]) -> list[Any] | None:
        """Of sum(result * weights) over all results, for each leaf that requires grad."""
        outputs = [result for result in results if result.requires_grad]
        inputs = [leaf for leaf in self.leaves if leaf.requires_grad]
        if not outputs or not inputs:
            return None
        weights = [weights_for(output, i) for i, output in enumerate(outputs)]
        try:
            gradients = torch.autograd.grad(outputs, inputs, weights, allow_unused=True)
        except RuntimeError as error:
            if 'not implemented' in str(error):
                return None
            raise
        return [None if gradient is None else encode_tensor(gradient) for gradient in gradients]


def weights_for(output: torch.Tensor, ordinal: int) -> torch.Tensor:
    dtype = str(output.dtype).removeprefix('torch.')
    return Input(tuple(output.shape), dtype, -1, 1).tensor(50 + ordinal)


def tensors_in(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors_in(item)]
    return []


def same(old: torch.Tensor, new: torch.Tensor) -> bool:
    return old.shape == new.shape and encode_tensor(old) == encode_tensor(new)
