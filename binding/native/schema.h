// Compiles a dispatcher schema into the codes by which a call's arguments are read and its results
// written.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "direct.h"

namespace torch_js {

class Environment;

// What one value is. The names are what JavaScript is told, and what the generated types are made
// from.
enum class Kind : uint8_t {
  kTensor,
  kScalar,
  kInt,
  kFloat,
  kBool,
  kString,
  kScalarType,
  kLayout,
  kDevice,
  kMemoryFormat,
  kGenerator,
};

struct Type {
  Kind kind;
  bool optional = false;          // Tensor?, int[]?
  bool list = false;              // Tensor[]
  bool optional_element = false;  // Tensor?[]
  bool written = false;           // Tensor(a!)
};

struct ReturnType {
  Type type;
  int same_as = -1;  // the argument that an in-place or out variant returns; it keeps its handle
  bool reshaped = false;  // whether the operator gives that argument a shape
};

// One overload, ready to be called. Owned by its Environment; immutable after it was compiled.
struct Operator {
  c10::OperatorHandle handle;
  std::vector<Type> arguments{};
  std::vector<std::optional<c10::IValue>> defaults{};
  std::vector<ReturnType> returns{};
  bool reshapes = false;  // whether it gives an argument a shape
  // Whether its lists go together item by item. LibTorch's recording for autograd relies on it and
  // reads beyond a shorter list.
  bool pairs_lists = false;
  // What is called in its place where one of its arguments, a number, stands for a tensor.
  std::optional<c10::OperatorHandle> with_tensor{};
  size_t number = 1;  // which argument that is
  DirectHandle direct{};
};

// Compiles `name.overload`; throws where it is unknown or has an argument that no code stands for.
// Arithmetic has overloads that the dispatcher lacks, for a number before a tensor, as in Python:
// `sub.Scalar_Tensor`, `div.Scalar_Tensor_mode`.
Operator CompileOperator(const std::string& name, const std::string& overload);

// JavaScript: resolve(name, overload) -> {id, schema, generated, arguments: [...], returns: [...]},
// or null where this LibTorch has no such operator. `generated`: made for PyTorch's compiler, not
// people.
Napi::Value Resolve(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: operatorNames() -> [name, overload, name, overload, ...] of every operator of the
// dispatcher.
Napi::Value OperatorNames(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: overloads(name) -> the overload names, in the order in which PyTorch tries them.
Napi::Value Overloads(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
