// The kernels as operators, which every door to LibTorch's operators reaches.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "check.h"
#include "conv_bn.h"
#include "fan_out.h"

namespace torch_js::kernels {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

std::vector<Running> RunningOf(const std::vector<at::Tensor>& tensors) {
  TORCH_CHECK_VALUE(tensors.size() % 3 == 0,
                    "running must hold a mean, a variance and a count for each normalisation");
  std::vector<Running> running;
  for (size_t i = 0; i < tensors.size(); i += 3) {
    running.push_back({tensors[i], tensors[i + 1], tensors[i + 2]});
  }
  return running;
}

void RequireFirstOrder(const char* name) {
  TORCH_CHECK(!at::GradMode::is_enabled(), name,
              ": the gradient of a fused operator has no gradient; use `execution: plain` where "
              "create_graph is wanted");
}

template <typename Body>
auto Dispatch(const char* name, at::ScalarType type, const Body& body) {
  if (type == at::kFloat) return body(float{});
  if (type == at::kDouble) return body(double{});
  TORCH_CHECK_TYPE(false, name, ": x must be float32 or float64, got ", type);
}

class FanOutFunction : public torch::autograd::Function<FanOutFunction> {
 public:
  static variable_list forward(AutogradContext* context, const Variable& x, const Variable& weights,
                               const std::optional<Variable>& passes, at::TensorList partial,
                               at::TensorList parameters, const std::vector<at::Tensor>& running,
                               const c10::intrusive_ptr<FanOutOptions>& options) {
    const at::Tensor pass = passes.value_or(at::Tensor());
    const std::vector<at::Tensor> own = parameters.vec();
    return Dispatch("fan_out", x.scalar_type(), [&](auto type) {
      FanOut<decltype(type)> fan_out(*options, x, own);
      auto outputs = fan_out.Forward(partial.vec(), weights, pass, RunningOf(running));
      variable_list saved{x, weights, pass, fan_out.values, fan_out.statistics};
      saved.insert(saved.end(), own.begin(), own.end());
      context->save_for_backward(std::move(saved));
      context->saved_data["options"] = c10::IValue::make_capsule(options);
      context->saved_data["partial"] = static_cast<int64_t>(partial.size());
      return outputs;
    });
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    RequireFirstOrder("fan_out");
    const variable_list saved = context->get_saved_variables();
    const auto options = c10::static_intrusive_pointer_cast<FanOutOptions>(
        context->saved_data["options"].toCapsule());
    const size_t partial = context->saved_data["partial"].toInt();
    const std::vector<at::Tensor> own(saved.begin() + 5, saved.end());
    const at::Tensor &x = saved[0], &weights = saved[1], &passes = saved[2];
    // Edges of the graph: x, weights, passes if given, partial sums, parameters.
    const size_t first = 2 + passes.defined() + partial;
    bool want_parameters = false;
    for (size_t i = 0; i < own.size(); ++i) {
      want_parameters |= context->needs_input_grad(first + i);
    }
    return Dispatch("fan_out", x.scalar_type(), [&](auto type) {
      FanOut<decltype(type)> fan_out(*options, x, own);
      fan_out.values = saved[3];
      fan_out.statistics = saved[4];
      auto result = fan_out.Backward(gradients, weights, passes, context->needs_input_grad(0),
                                     want_parameters);
      variable_list inputs{result.x, result.weights, result.passes};
      // The partial sums are added as they are.
      inputs.insert(inputs.end(), result.sums.begin(), result.sums.begin() + partial);
      result.parameters.resize(own.size());
      inputs.insert(inputs.end(), result.parameters.begin(), result.parameters.end());
      inputs.resize(inputs.size() + 2);
      return inputs;
    });
  }
};

std::vector<at::Tensor> RunFanOut(const at::Tensor& x, const at::Tensor& weights,
                                  const std::optional<at::Tensor>& passes, at::TensorList partial,
                                  at::TensorList parameters, at::TensorList running,
                                  at::IntArrayRef rows, const c10::List<std::string>& primitives,
                                  int64_t stride, int64_t groups, int64_t complete, bool training,
                                  double momentum, double eps) {
  RequireImages("fan_out", x);
  TORCH_CHECK_VALUE(stride == 1 || stride == 2, "fan_out: stride must be 1 or 2, got ", stride);
  TORCH_CHECK_VALUE(groups > 0 && x.size(1) % groups == 0, "fan_out: groups must divide the ",
                    x.size(1), " channels of x, got ", groups);
  TORCH_CHECK_VALUE(!rows.empty(), "fan_out: rows must hold at least one edge");
  TORCH_CHECK_VALUE(complete >= 0 && complete <= static_cast<int64_t>(rows.size()),
                    "fan_out: complete must be in 0..", rows.size(), ", got ", complete);
  auto options = c10::make_intrusive<FanOutOptions>();
  options->rows = rows.vec();
  for (const std::string& name : primitives) options->primitives.push_back(Primitive::Of(name));
  options->stride = stride;
  options->groups = groups;
  options->complete = complete;
  options->normal = {training, momentum, eps};
  return FanOutFunction::apply(x, weights, passes, partial, parameters, running.vec(), options);
}

class ConvBnFunction : public torch::autograd::Function<ConvBnFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& x, at::TensorList parameters,
                          const std::optional<Variable>& gamma, const std::optional<Variable>& beta,
                          const std::vector<at::Tensor>& running,
                          const c10::intrusive_ptr<ConvBnOptions>& options) {
    const std::vector<at::Tensor> own = parameters.vec();
    const at::Tensor weight = gamma.value_or(at::Tensor()), bias = beta.value_or(at::Tensor());
    TORCH_CHECK_VALUE(weight.defined() == bias.defined(), "conv_bn: gamma and beta come together");
    return Dispatch("conv_bn", x.scalar_type(), [&](auto type) {
      ConvBn<decltype(type)> conv_bn(*options, x, own);
      const at::Tensor output = conv_bn.Forward(weight, bias, RunningOf(running).at(0));
      variable_list saved{x, weight, conv_bn.values, conv_bn.statistics};
      saved.insert(saved.end(), own.begin(), own.end());
      context->save_for_backward(std::move(saved));
      context->saved_data["options"] = c10::IValue::make_capsule(options);
      return output;
    });
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    RequireFirstOrder("conv_bn");
    const variable_list saved = context->get_saved_variables();
    const auto options = c10::static_intrusive_pointer_cast<ConvBnOptions>(
        context->saved_data["options"].toCapsule());
    const std::vector<at::Tensor> own(saved.begin() + 4, saved.end());
    bool want_parameters = false;
    for (size_t i = 0; i < own.size(); ++i) want_parameters |= context->needs_input_grad(1 + i);
    return Dispatch("conv_bn", saved[0].scalar_type(), [&](auto type) {
      ConvBn<decltype(type)> conv_bn(*options, saved[0], own);
      conv_bn.values = saved[2];
      conv_bn.statistics = saved[3];
      auto result =
          conv_bn.Backward(gradients[0], saved[1], context->needs_input_grad(0), want_parameters);
      variable_list inputs{result.x};
      result.parameters.resize(own.size());
      inputs.insert(inputs.end(), result.parameters.begin(), result.parameters.end());
      inputs.insert(inputs.end(), {result.gamma, result.beta, {}, {}});
      return inputs;
    });
  }
};

at::Tensor RunConvBn(const at::Tensor& x, at::TensorList parameters,
                     const std::optional<at::Tensor>& gamma, const std::optional<at::Tensor>& beta,
                     at::TensorList running, bool relu, int64_t stride, int64_t padding,
                     bool training, double momentum, double eps) {
  RequireImages("conv_bn", x);
  TORCH_CHECK_VALUE(running.size() == 3,
                    "conv_bn: running must hold a mean, a variance and a count");
  auto options = c10::make_intrusive<ConvBnOptions>();
  options->relu = relu;
  options->stride = stride;
  options->padding = padding;
  options->normal = {training, momentum, eps};
  // Their values are read one by one.
  const auto whole = [](const std::optional<at::Tensor>& factor) {
    return factor ? std::optional(factor->contiguous()) : factor;
  };
  return ConvBnFunction::apply(x, parameters, whole(gamma), whole(beta), running.vec(), options);
}

}  // namespace

TORCH_LIBRARY(torch_js, library) {
  library.def(
      "fan_out(Tensor x, Tensor weights, Tensor? passes, Tensor[] partial, Tensor[] parameters, "
      "Tensor[] running, int[] rows, str[] primitives, int stride, int groups, int complete, "
      "bool training, float momentum, float eps) -> Tensor[]");
  library.def(
      "conv_bn(Tensor x, Tensor[] parameters, Tensor? gamma, Tensor? beta, Tensor[] running, "
      "bool relu, int stride, int padding, bool training, float momentum, float eps) -> Tensor");
  library.def("instruction_set() -> str", [] { return std::string(InstructionSet()); });
  library.def("region_seconds() -> (str[] regions, float[] seconds)", [] {
    std::tuple<std::vector<std::string>, std::vector<double>> result;
    for (int i = 0; i < static_cast<int>(Region::kCount); ++i) {
      std::get<0>(result).push_back(kRegionNames[i]);
      std::get<1>(result).push_back(SecondsIn(static_cast<Region>(i)));
    }
    return result;
  });
  library.impl("conv_bn", c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(RunConvBn));
  library.impl("fan_out", c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(RunFanOut));
}

}  // namespace torch_js::kernels
