#include "arguments.h"

#include <ATen/ScalarOps.h>
#include <ATen/core/ivalue.h>
#include <c10/core/Scalar.h>

#include <string>
#include <utility>
#include <vector>

#include "codes.h"
#include "environment.h"

namespace torch_js {

namespace {

// Reads one call's arguments onto a stack. Lives for one call.
class ArgumentReader {
 public:
  ArgumentReader(Environment& environment, MailboxReader mailbox, torch::jit::Stack& stack)
      : environment_(environment), mailbox_(mailbox), stack_(stack) {}

  void ReadAll(const Operator& op) {
    const auto given = static_cast<uint64_t>(mailbox_.Integer());
    for (size_t i = 0; i < op.arguments.size(); ++i) {
      if ((given >> i) & 1) {
        Read(op.arguments[i]);
      } else if (op.defaults[i]) {
        stack_.push_back(*op.defaults[i]);
      } else {
        throw std::invalid_argument("argument '" + op.handle.schema().arguments()[i].name() +
                                    "' is missing");
      }
    }
    SettleNumbers();
    if (op.with_tensor) WrapNumber(op.number);
    if (op.pairs_lists) RequirePairs(op);
  }

 private:
  void Read(const Type& type) {
    // A handle or a tag of 0 says None by itself; every other optional kind is announced.
    const bool own_none = !type.list && (type.kind == Kind::kTensor || type.kind == Kind::kScalar ||
                                         type.kind == Kind::kGenerator);
    if (type.optional && !own_none && mailbox_.Number() == 0) {
      stack_.emplace_back();
    } else if (type.list) {
      ReadList(type);
    } else {
      ReadOne(type);
    }
  }

  void ReadOne(const Type& type) {
    switch (type.kind) {
      case Kind::kTensor: {
        const double handle = mailbox_.Number();
        if (handle == 0) {
          stack_.emplace_back();
        } else {
          const at::Tensor& tensor = TensorAt(type, handle);
          NoteTensor(tensor);
          stack_.emplace_back(tensor);
        }
        return;
      }
      case Kind::kScalar: {
        const double tag = mailbox_.Number();
        if (tag == scalar_tag::kNone) {
          stack_.emplace_back();
        } else {
          if (tag == scalar_tag::kNumber) numbers_.push_back(stack_.size());
          stack_.emplace_back(ReadScalar(tag));
        }
        return;
      }
      case Kind::kInt:
        stack_.emplace_back(mailbox_.Integer());
        return;
      case Kind::kFloat:
        stack_.emplace_back(mailbox_.Number());
        return;
      case Kind::kBool:
        stack_.emplace_back(mailbox_.Number() != 0);
        return;
      case Kind::kString:
        stack_.emplace_back(environment_.TextOf(mailbox_.Number()));
        return;
      // The dispatcher carries these enumerations as their integer.
      case Kind::kScalarType:
        stack_.emplace_back(static_cast<int64_t>(DTypeFrom(mailbox_.Number())));
        return;
      case Kind::kLayout:
        stack_.emplace_back(static_cast<int64_t>(LayoutFrom(mailbox_.Number())));
        return;
      case Kind::kMemoryFormat:
        stack_.emplace_back(static_cast<int64_t>(MemoryFormatFrom(mailbox_.Number())));
        return;
      case Kind::kDevice: {
        const double type_of_device = mailbox_.Number();
        stack_.emplace_back(DeviceFrom(type_of_device, mailbox_.Number()));
        return;
      }
      case Kind::kGenerator: {
        const double handle = mailbox_.Number();
        if (handle == 0) {
          stack_.emplace_back();
        } else {
          stack_.emplace_back(environment_.generators.At(handle));
        }
        return;
      }
    }
  }

  void ReadList(const Type& type) {
    const size_t count = mailbox_.Count();
    switch (type.kind) {
      case Kind::kTensor:
        if (type.optional_element) {
          c10::List<std::optional<at::Tensor>> list;
          list.reserve(count);
          for (size_t i = 0; i < count; ++i) list.push_back(ReadOptionalTensor());
          stack_.emplace_back(std::move(list));
        } else {
          c10::List<at::Tensor> list;
          list.reserve(count);
          for (size_t i = 0; i < count; ++i) {
            const at::Tensor& tensor = TensorAt(type, mailbox_.Number());
            NoteTensor(tensor);
            list.push_back(tensor);
          }
          stack_.emplace_back(std::move(list));
        }
        return;
      case Kind::kScalar: {
        c10::impl::GenericList list(c10::NumberType::get());
        list.reserve(count);
        for (size_t i = 0; i < count; ++i) list.push_back(ReadScalar(mailbox_.Number()));
        stack_.emplace_back(std::move(list));
        return;
      }
      case Kind::kInt: {
        c10::List<int64_t> list;
        list.reserve(count);
        for (size_t i = 0; i < count; ++i) list.push_back(mailbox_.Integer());
        stack_.emplace_back(std::move(list));
        return;
      }
      case Kind::kFloat: {
        c10::List<double> list;
        list.reserve(count);
        for (size_t i = 0; i < count; ++i) list.push_back(mailbox_.Number());
        stack_.emplace_back(std::move(list));
        return;
      }
      case Kind::kBool: {
        c10::List<bool> list;
        list.reserve(count);
        for (size_t i = 0; i < count; ++i) list.push_back(mailbox_.Number() != 0);
        stack_.emplace_back(std::move(list));
        return;
      }
      case Kind::kString: {
        c10::List<std::string> list;
        list.reserve(count);
        for (size_t i = 0; i < count; ++i) list.push_back(environment_.TextOf(mailbox_.Number()));
        stack_.emplace_back(std::move(list));
        return;
      }
      default:
        throw std::invalid_argument("no operator takes a list of this kind");
    }
  }

  const at::Tensor& TensorAt(const Type& type, double handle) {
    return type.written ? environment_.Write(handle) : environment_.Read(handle);
  }

  std::optional<at::Tensor> ReadOptionalTensor() {
    const double handle = mailbox_.Number();
    if (handle == 0) return std::nullopt;
    return environment_.tensors.At(handle);
  }

  c10::Scalar ReadScalar(double tag) {
    if (tag == scalar_tag::kNumber) return mailbox_.Number();
    if (tag == scalar_tag::kBigInt) return mailbox_.Bits();
    if (tag == scalar_tag::kBoolean) return mailbox_.Number() != 0;
    if (tag == scalar_tag::kComplex) {
      const double real = mailbox_.Number();
      return c10::complex<double>(real, mailbox_.Number());
    }
    throw std::invalid_argument("expected a number");
  }

  void WrapNumber(size_t index) {
    stack_[index] = at::native::wrapped_scalar_tensor(stack_[index].toScalar());
  }

  void RequirePairs(const Operator& op) {
    const c10::IValue* first = nullptr;
    for (const c10::IValue& value : stack_) {
      if (!value.isList()) continue;
      if (!first) first = &value;
      if (value.toListRef().size() == first->toListRef().size()) continue;
      const auto& arguments = op.handle.schema().arguments();
      throw std::invalid_argument("lists must have the same length, but " +
                                  arguments[first - stack_.data()].name() + " has " +
                                  std::to_string(first->toListRef().size()) + " and " +
                                  arguments[&value - stack_.data()].name() + " " +
                                  std::to_string(value.toListRef().size()));
    }
  }

  void NoteTensor(const at::Tensor& tensor) {
    has_tensor_ = true;
    has_inexact_ |= tensor.is_floating_point() || tensor.is_complex();
  }

  // JavaScript has one kind of number. Beside integer tensors an integral one is an integer, so
  // that int64 tensors stay int64; everywhere else it is the double it was. -0 and NaN stay
  // doubles.
  void SettleNumbers() {
    if (!has_tensor_ || has_inexact_) return;
    for (const size_t index : numbers_) {
      const double value = stack_[index].toScalar().toDouble();
      const bool negative_zero = value == 0 && std::signbit(value);
      if (value == std::floor(value) && std::abs(value) <= 9007199254740992.0 && !negative_zero) {
        stack_[index] = c10::IValue(static_cast<int64_t>(value));
      }
    }
  }

  Environment& environment_;
  MailboxReader mailbox_;
  torch::jit::Stack& stack_;
  std::vector<size_t> numbers_;
  bool has_tensor_ = false;
  bool has_inexact_ = false;
};

}  // namespace

void ReadArguments(Environment& environment, MailboxReader mailbox, const Operator& op,
                   torch::jit::Stack& stack) {
  ArgumentReader(environment, mailbox, stack).ReadAll(op);
}

}  // namespace torch_js
