#include "written.h"

#include <ATen/EmptyTensor.h>
#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace torch_js {

namespace {

bool HasNegativeSize(const at::Tensor& tensor) {
  const auto sizes = tensor.sizes();
  return std::any_of(sizes.begin(), sizes.end(), [](int64_t size) { return size < 0; });
}

bool FitsItsMemory(const at::Tensor& tensor) {
  if (tensor.layout() != c10::kStrided || !tensor.has_storage()) return true;
  if (HasNegativeSize(tensor)) return false;
  try {
    return at::detail::computeStorageNbytes(tensor.sizes(), tensor.strides(), tensor.itemsize(),
                                            tensor.storage_offset()) <= tensor.storage().nbytes();
  } catch (const c10::Error&) {
    return false;  // more bytes than can be counted
  }
}

void MakeEmpty(const at::Tensor& tensor) {
  tensor.unsafeGetTensorImpl()->set_sizes_contiguous({0});
}

void Mend(const at::Tensor& tensor) {
  if (tensor.defined() && !FitsItsMemory(tensor)) MakeEmpty(tensor);
}

bool Holds(const c10::IValue& value, const at::Tensor& tensor) {
  if (value.isTensor()) return value.toTensor().is_same(tensor);
  if (!value.isTensorList()) return false;
  const c10::List<at::Tensor> list = value.toTensorList();
  return std::any_of(list.begin(), list.end(),
                     [&](const at::Tensor& item) { return item.is_same(tensor); });
}

bool IsReadElsewhere(const torch::jit::Stack& stack, size_t argument) {
  const at::Tensor& tensor = stack[argument].toTensor();
  for (size_t i = 0; i < stack.size(); ++i) {
    if (i != argument && Holds(stack[i], tensor)) return true;
  }
  return false;
}

}  // namespace

void CheckShape(const at::Tensor& tensor) {
  TORCH_CHECK_VALUE(!HasNegativeSize(tensor), "a size must not be negative, but the shape is ",
                    tensor.sizes());
}

void CallReshaping(const Operator& op, torch::jit::Stack& stack) {
  std::vector<std::pair<size_t, at::Tensor>> apart;
  for (size_t i = 0; i < op.returns.size(); ++i) {
    if (!op.returns[i].reshaped) continue;
    c10::IValue& written = stack[op.returns[i].same_as];
    if (!written.isTensor() || written.toTensor().layout() != c10::kStrided) continue;
    if (!IsReadElsewhere(stack, op.returns[i].same_as)) continue;
    apart.emplace_back(i, written.toTensor());
    written = at::empty({0}, written.toTensor().options());
  }
  op.handle.callBoxed(stack);
  for (const auto& [result, given] : apart) {
    const at::NoGradGuard no_grad;
    given.resize_(stack[result].toTensor().sizes());
    given.copy_(stack[result].toTensor());
    stack[result] = given;
  }
  for (size_t i = 0; i < op.returns.size(); ++i) {
    if (op.returns[i].reshaped) CheckShape(stack[i].toTensor());
  }
}

void MendWritten(const Operator& op, const torch::jit::Stack& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const c10::AliasInfo* alias = op.handle.schema().arguments()[i].alias_info();
    if (!alias || !alias->isWrite()) continue;
    if (arguments[i].isTensor()) Mend(arguments[i].toTensor());
    if (arguments[i].isTensorList()) {
      for (const at::Tensor& tensor : arguments[i].toTensorList()) Mend(tensor);
    }
  }
}

}  // namespace torch_js
