// Operators of the commonest signatures are called as C++ calls them. The stack of boxed values
// that serves every signature costs a tenth of a small operator's time.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <variant>

namespace torch_js {

class Environment;
class MailboxReader;
struct Operator;

// For instance relu; mul; add, with its alpha; sum, with its dtype.
using DirectHandle = std::variant<
    std::monostate, c10::TypedOperatorHandle<at::Tensor(const at::Tensor&)>,
    c10::TypedOperatorHandle<at::Tensor(const at::Tensor&, const at::Tensor&)>,
    c10::TypedOperatorHandle<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&)>,
    c10::TypedOperatorHandle<at::Tensor(const at::Tensor&, std::optional<at::ScalarType>)>>;

// Nothing where `op` has another signature.
DirectHandle DirectHandleOf(const Operator& op);

// Calls `op` with the message that `mailbox` has come to, its bit set next. Nothing where that is
// not possible, and the stack must serve: `op` has another signature, or is given more than its
// tensors.
std::optional<at::Tensor> CallDirectly(Environment& environment, MailboxReader mailbox,
                                       const Operator& op);

}  // namespace torch_js
