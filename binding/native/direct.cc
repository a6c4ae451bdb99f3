#include "direct.h"

#include <c10/util/Exception.h>

#include <array>
#include <cstdint>

#include "environment.h"
#include "mailbox.h"
#include "schema.h"

namespace torch_js {

namespace {

using at::Tensor;

enum Signature : size_t { kNone, kUnary, kBinary, kBinaryScaled, kReduction };

// The bits of an operator's tensors, by its signature.
constexpr std::array<int64_t, 5> kTensorsAlone = {0, 0b1, 0b11, 0b11, 0b1};

Signature SignatureOf(const Operator& op) {
  const auto& arguments = op.arguments;
  const size_t count = arguments.size();
  const auto is_tensor = [](const Type& type) {
    return type.kind == Kind::kTensor && !type.optional && !type.list;
  };
  if (op.returns.size() != 1 || op.returns[0].same_as >= 0 || !is_tensor(op.returns[0].type) ||
      count == 0 || !is_tensor(arguments[0])) {
    return kNone;
  }
  if (count == 1) return kUnary;
  if (count == 2 && arguments[1].kind == Kind::kScalarType) {
    return arguments[1].optional && op.defaults[1] ? kReduction : kNone;
  }
  if (!is_tensor(arguments[1])) return kNone;
  if (count == 2) return kBinary;
  const bool scaled = count == 3 && arguments[2].kind == Kind::kScalar && !arguments[2].optional &&
                      !arguments[2].list && op.defaults[2];
  return scaled ? kBinaryScaled : kNone;
}

}  // namespace

DirectHandle DirectHandleOf(const Operator& op) {
  try {
    switch (SignatureOf(op)) {
      case kUnary:
        return op.handle.typed<Tensor(const Tensor&)>();
      case kBinary:
        return op.handle.typed<Tensor(const Tensor&, const Tensor&)>();
      case kBinaryScaled:
        return op.handle.typed<Tensor(const Tensor&, const Tensor&, const at::Scalar&)>();
      case kReduction:
        return op.handle.typed<Tensor(const Tensor&, std::optional<at::ScalarType>)>();
      case kNone:
        break;
    }
  } catch (const c10::Error&) {
    // Written with other types than its schema suggests.
  }
  return {};
}

std::optional<Tensor> CallDirectly(Environment& environment, MailboxReader mailbox,
                                   const Operator& op) {
  const auto signature = static_cast<Signature>(op.direct.index());
  if (signature == kNone || mailbox.Integer() != kTensorsAlone[signature]) return std::nullopt;
  // Copies: the table of tensors may move while the operator runs.
  const Tensor self = environment.Read(mailbox.Number());
  if (signature == kUnary) return std::get<kUnary>(op.direct).call(self);
  if (signature == kReduction) return std::get<kReduction>(op.direct).call(self, std::nullopt);
  const Tensor other = environment.Read(mailbox.Number());
  if (signature == kBinary) return std::get<kBinary>(op.direct).call(self, other);
  return std::get<kBinaryScaled>(op.direct).call(self, other, op.defaults[2]->toScalar());
}

}  // namespace torch_js
