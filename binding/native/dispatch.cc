#include "dispatch.h"

#include <ATen/core/ivalue.h>

#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "arguments.h"
#include "direct.h"
#include "environment.h"
#include "written.h"

namespace torch_js {

namespace {

void WriteTensor(Environment& environment, Environment::Writer& writer, at::Tensor tensor) {
  if (tensor.defined()) CheckShape(tensor);
  writer.Number(tensor.defined() ? environment.tensors.Add(std::move(tensor)) : 0);
}

void WriteOne(Environment& environment, Environment::Writer& writer, const Type& type,
              const c10::IValue& value) {
  switch (type.kind) {
    case Kind::kTensor:
      WriteTensor(environment, writer, value.isTensor() ? value.toTensor() : at::Tensor());
      return;
    case Kind::kScalar:
      if (value.isInt()) {
        writer.Number(scalar_tag::kBigInt);
        writer.Integer(value.toInt());
      } else if (value.isBool()) {
        writer.Number(scalar_tag::kBoolean);
        writer.Number(value.toBool());
      } else if (value.isComplexDouble()) {
        writer.Number(scalar_tag::kComplex);
        writer.Number(value.toComplexDouble().real());
        writer.Number(value.toComplexDouble().imag());
      } else {
        writer.Number(scalar_tag::kNumber);
        writer.Number(value.toDouble());
      }
      return;
    case Kind::kInt:
    case Kind::kScalarType:
    case Kind::kLayout:
    case Kind::kMemoryFormat:
      writer.Integer(value.toInt());
      return;
    case Kind::kFloat:
      writer.Number(value.toDouble());
      return;
    case Kind::kBool:
      writer.Number(value.toBool());
      return;
    case Kind::kString:
      writer.Number(environment.Intern(value.toStringRef()));
      return;
    case Kind::kDevice:
      writer.Number(static_cast<double>(value.toDevice().type()));
      writer.Number(value.toDevice().index());
      return;
    case Kind::kGenerator:
      writer.Number(environment.generators.Add(value.toGenerator()));
      return;
  }
}

void WriteResult(Environment& environment, Environment::Writer& writer, const Type& type,
                 const c10::IValue& value) {
  if (!type.list) {
    WriteOne(environment, writer, type, value);
    return;
  }
  const c10::List<c10::IValue> list = value.toList();
  writer.Number(static_cast<double>(list.size()));
  for (size_t i = 0; i < list.size(); ++i) WriteOne(environment, writer, type, list.get(i));
}

const Operator& ReadOperator(Environment& environment, MailboxReader& mailbox) {
  const double id = mailbox.Number();
  if (!(id >= 0 && id < static_cast<double>(environment.operators.size())) ||
      id != std::floor(id)) {
    throw std::out_of_range("no such operator");
  }
  return environment.operators[static_cast<size_t>(id)];
}

bool CallBoxed(Environment& environment, const MailboxReader& arguments, const Operator& op) {
  torch::jit::Stack stack = std::move(environment.stack);
  stack.clear();
  ReadArguments(environment, arguments, op, stack);
  try {
    if (op.reshapes) {
      CallReshaping(op, stack);
    } else {
      (op.with_tensor ? *op.with_tensor : op.handle).callBoxed(stack);
    }
  } catch (...) {
    // What the call did not get to take is still on the stack, but which: the message says it all.
    stack.clear();
    ReadArguments(environment, arguments, op, stack);
    MendWritten(op, stack);
    throw;
  }

  Environment::Writer writer(environment);
  for (size_t i = 0; i < op.returns.size(); ++i) {
    if (op.returns[i].same_as < 0) {
      WriteResult(environment, writer, op.returns[i].type, stack[i]);
    }
  }
  stack.clear();
  environment.stack = std::move(stack);
  return writer.grown();
}

}  // namespace

bool Call(Environment& environment) {
  MailboxReader mailbox(environment.mailbox());
  const Operator& op = ReadOperator(environment, mailbox);
  std::optional<at::Tensor> result = CallDirectly(environment, mailbox, op);
  if (!result) return CallBoxed(environment, mailbox, op);
  Environment::Writer writer(environment);
  WriteTensor(environment, writer, std::move(*result));
  return writer.grown();
}

}  // namespace torch_js
