#include "schema.h"

#include <ATen/core/jit_type.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <set>
#include <stdexcept>

#include "codes.h"
#include "environment.h"

namespace torch_js {

namespace {

Kind KindOf(const c10::TypePtr& type, const std::string& schema) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType:
      return Kind::kTensor;
    case c10::TypeKind::NumberType:
      return Kind::kScalar;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return Kind::kInt;
    case c10::TypeKind::FloatType:
      return Kind::kFloat;
    case c10::TypeKind::BoolType:
    case c10::TypeKind::SymBoolType:
      return Kind::kBool;
    case c10::TypeKind::StringType:
      return Kind::kString;
    case c10::TypeKind::ScalarTypeType:
      return Kind::kScalarType;
    case c10::TypeKind::LayoutType:
      return Kind::kLayout;
    case c10::TypeKind::DeviceObjType:
      return Kind::kDevice;
    case c10::TypeKind::MemoryFormatType:
      return Kind::kMemoryFormat;
    case c10::TypeKind::GeneratorType:
      return Kind::kGenerator;
    default:
      throw std::invalid_argument("no code for the type " + type->str() + " in " + schema);
  }
}

const char* NameOf(Kind kind) {
  switch (kind) {
    case Kind::kTensor:
      return "Tensor";
    case Kind::kScalar:
      return "Scalar";
    case Kind::kInt:
      return "int";
    case Kind::kFloat:
      return "float";
    case Kind::kBool:
      return "bool";
    case Kind::kString:
      return "str";
    case Kind::kScalarType:
      return "ScalarType";
    case Kind::kLayout:
      return "Layout";
    case Kind::kDevice:
      return "Device";
    case Kind::kMemoryFormat:
      return "MemoryFormat";
    case Kind::kGenerator:
      return "Generator";
  }
  return "";
}

Type CompileType(c10::TypePtr type, const std::string& schema) {
  Type compiled{};
  if (auto optional = type->cast<c10::OptionalType>()) {
    compiled.optional = true;
    type = optional->getElementType();
  }
  if (auto list = type->cast<c10::ListType>()) {
    compiled.list = true;
    type = list->getElementType();
    if (auto element = type->cast<c10::OptionalType>()) {
      compiled.optional_element = true;
      type = element->getElementType();
    }
  }
  compiled.kind = KindOf(type, schema);
  return compiled;
}

// The argument whose storage this result is, for results annotated `(a!)`.
int WrittenArgument(const c10::Argument& result, const std::vector<c10::Argument>& arguments) {
  const c10::AliasInfo* alias = result.alias_info();
  if (!alias || !alias->isWrite()) return -1;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const c10::AliasInfo* other = arguments[i].alias_info();
    if (other && other->isWrite() && other->beforeSets() == alias->beforeSets()) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Napi::Object Describe(Napi::Env env, const Type& type) {
  Napi::Object object = Napi::Object::New(env);
  object["kind"] = NameOf(type.kind);
  object["code"] = static_cast<int>(type.kind);
  object["optional"] = type.optional;
  object["list"] = type.list;
  object["optionalElement"] = type.optional_element;
  return object;
}

std::optional<c10::OperatorHandle> Find(const std::string& name, const std::string& overload) {
  return c10::Dispatcher::singleton().findSchema({name, overload});
}

// Python has no signatures with numbers for these: a number is a tensor there, which says of itself
// that it was a number, and autograd records the same as for any tensor (MulBackward0).
bool IsArithmetic(const std::string& name) {
  static const std::set<std::string> names = {
      "aten::add", "aten::subtract", "aten::multiply",    "aten::divide",      "aten::sub",
      "aten::mul", "aten::div",      "aten::true_divide", "aten::floor_divide"};
  return names.count(name) > 0;
}

std::optional<c10::OperatorHandle> WithSecondNumber(const std::string& name,
                                                    const std::string& overload) {
  const bool in_place = name.back() == '_';
  if (overload != "Scalar" && overload != "Scalar_mode") return std::nullopt;
  if (!IsArithmetic(name.substr(0, name.size() - in_place))) return std::nullopt;
  return Find(name, overload == "Scalar" ? "Tensor" : "Tensor_mode");
}

std::optional<c10::OperatorHandle> WithFirstNumber(const std::string& name,
                                                   const std::string& overload) {
  if (!IsArithmetic(name)) return std::nullopt;
  if (overload == "Scalar_Tensor_mode") return Find(name, "Tensor_mode");
  if (overload != "Scalar_Tensor") return std::nullopt;
  const auto found = Find(name, "Tensor");
  return found ? found : Find(name, "");  // floor_divide
}

// The schema as it is called. That of a number before a tensor is no dispatcher's: it is given its
// own name, and says what its first argument is.
std::string TextOf(const Operator& op, const std::string& name) {
  const std::string text = c10::toString(op.handle.schema());
  if (!op.with_tensor || op.number != 0) return text;
  static const std::string first = "(Tensor ";
  return name + "(Scalar " + text.substr(text.find(first) + first.size());
}

}  // namespace

Operator CompileOperator(const std::string& name, const std::string& overload) {
  const auto before = WithFirstNumber(name, overload);
  const auto handle = before ? before : Find(name, overload);
  if (!handle) throw std::invalid_argument("LibTorch has no operator " + name + "." + overload);
  const c10::FunctionSchema& schema = handle->schema();
  const std::string text = c10::toString(schema);
  Operator compiled{*handle};
  compiled.pairs_lists = name.rfind("aten::_foreach_", 0) == 0;
  compiled.with_tensor = before ? before : WithSecondNumber(name, overload);
  for (const c10::Argument& argument : schema.arguments()) {
    compiled.arguments.push_back(CompileType(argument.real_type(), text));
    const c10::AliasInfo* alias = argument.alias_info();
    compiled.arguments.back().written = alias && alias->isWrite();
    compiled.defaults.push_back(argument.default_value());
  }
  if (before) {
    compiled.number = 0;
    compiled.arguments[0].kind = Kind::kScalar;
  }
  const bool resizes = name.rfind("aten::resize", 0) == 0 || name == "aten::as_strided_";
  for (const c10::Argument& result : schema.returns()) {
    const int written = WrittenArgument(result, schema.arguments());
    const bool reshaped = written >= 0 && (resizes || schema.arguments()[written].kwarg_only());
    compiled.returns.push_back({CompileType(result.real_type(), text), written, reshaped});
    compiled.reshapes |= reshaped;
  }
  compiled.direct = DirectHandleOf(compiled);
  return compiled;
}

Napi::Value Resolve(Environment& environment, const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::string name = TextFrom(info[0]);
  const std::string overload = TextFrom(info[1]);
  if (!Find(name, overload) && !WithFirstNumber(name, overload)) return env.Null();

  environment.operators.push_back(CompileOperator(name, overload));
  const Operator& compiled = environment.operators.back();
  const c10::FunctionSchema& schema = compiled.handle.schema();

  Napi::Array arguments = Napi::Array::New(env);
  for (size_t i = 0; i < compiled.arguments.size(); ++i) {
    const c10::Argument& argument = schema.arguments()[i];
    Napi::Object description = Describe(env, compiled.arguments[i]);
    description["name"] = argument.name();
    description["keywordOnly"] = argument.kwarg_only();
    description["hasDefault"] = argument.default_value().has_value();
    description["size"] = argument.N().value_or(0);
    arguments[static_cast<uint32_t>(i)] = description;
  }
  Napi::Array returns = Napi::Array::New(env);
  for (size_t i = 0; i < compiled.returns.size(); ++i) {
    Napi::Object description = Describe(env, compiled.returns[i].type);
    description["sameAs"] = compiled.returns[i].same_as;
    returns[static_cast<uint32_t>(i)] = description;
  }
  Napi::Object description = Napi::Object::New(env);
  description["id"] = static_cast<double>(environment.operators.size() - 1);
  description["schema"] = TextOf(compiled, name + "." + overload);
  description["generated"] = compiled.handle.hasTag(at::Tag::generated);
  description["arguments"] = arguments;
  description["returns"] = returns;
  return description;
}

Napi::Value OperatorNames(Environment&, const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames()) {
    // Registered without a schema, it cannot be called.
    if (!c10::Dispatcher::singleton().findSchema(name)) continue;
    names[count++] = name.name;
    names[count++] = name.overload_name;
  }
  return names;
}

Napi::Value Overloads(Environment&, const Napi::CallbackInfo& info) {
  const std::string name = TextFrom(info[0]);
  Napi::Array names = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const auto& candidate : torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString(name))) {
    const std::string& overload = candidate->schema().overload_name();
    // TorchScript adds overloads of its own for plain numbers; the dispatcher does not know those.
    if (Find(name, overload)) names[count++] = overload;
  }
  for (const char* overload : {"Scalar_Tensor", "Scalar_Tensor_mode"}) {
    if (WithFirstNumber(name, overload)) names[count++] = overload;
  }
  return names;
}

}  // namespace torch_js
