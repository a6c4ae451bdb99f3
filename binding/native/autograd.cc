#include "autograd.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <optional>

#include "codes.h"
#include "environment.h"
#include "tensors.h"

namespace torch_js {

namespace {

using torch::autograd::variable_list;

struct Request {
  variable_list outputs;
  variable_list grad_outputs;
  variable_list inputs;
  std::optional<bool> retain_graph;
  bool create_graph;
  bool allow_unused;
};

Request ReadRequest(Environment& environment) {
  MailboxReader mailbox(environment.mailbox());
  Request request;
  request.outputs = ReadTensors(environment, mailbox);
  request.grad_outputs = ReadTensors(environment, mailbox);
  request.inputs = ReadTensors(environment, mailbox);
  const double retain_graph = mailbox.Number();
  if (retain_graph >= 0) request.retain_graph = retain_graph != 0;
  request.create_graph = mailbox.Number() != 0;
  request.allow_unused = mailbox.Number() != 0;
  return request;
}

}  // namespace

bool Backward(Environment& environment) {
  const Request request = ReadRequest(environment);
  torch::autograd::backward(request.outputs, request.grad_outputs, request.retain_graph,
                            request.create_graph, request.inputs);
  return false;
}

bool Grad(Environment& environment) {
  const Request request = ReadRequest(environment);
  const variable_list gradients =
      torch::autograd::grad(request.outputs, request.inputs, request.grad_outputs,
                            request.retain_graph, request.create_graph, request.allow_unused);
  Environment::Writer writer(environment);
  WriteTensors(environment, writer, gradients);
  return writer.grown();
}

Napi::Value GradOf(Environment& environment, const Napi::CallbackInfo& info) {
  const at::Tensor& gradient = TensorAt(environment, info[0]).grad();
  return Napi::Number::New(info.Env(), gradient.defined() ? environment.tensors.Add(gradient) : 0);
}

Napi::Value SetGrad(Environment& environment, const Napi::CallbackInfo& info) {
  at::Tensor& tensor = TensorAt(environment, info[0]);
  const double gradient = NumberFrom(info[1]);
  if (gradient == 0) {
    tensor.mutable_grad().reset();
  } else {
    const at::Tensor& value = environment.tensors.At(gradient);
    TORCH_CHECK(value.sizes() == tensor.sizes() && value.device() == tensor.device() &&
                    value.scalar_type() == tensor.scalar_type(),
                "grad must have the shape, dtype and device of its tensor");
    TORCH_CHECK(!value.is_same(tensor), "a tensor cannot be its own grad");
    tensor.mutable_grad() = value;
  }
  return info.Env().Undefined();
}

Napi::Value SetGradEnabled(Environment&, const Napi::CallbackInfo& info) {
  const bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(info[0].ToBoolean());
  return Napi::Boolean::New(info.Env(), before);
}

Napi::Value IsGradEnabled(Environment&, const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), at::GradMode::is_enabled());
}

Napi::Value InferenceMode(Environment&, const Napi::CallbackInfo& info) {
  const c10::InferenceMode mode;
  return FunctionFrom(info[0]).Call({});
}

Napi::Value SetAnomalyDetection(Environment&, const Napi::CallbackInfo& info) {
  torch::autograd::AnomalyMode::set_enabled(info[0].ToBoolean(), info[1].ToBoolean());
  return info.Env().Undefined();
}

Napi::Value AnomalyDetection(Environment&, const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result["enabled"] = torch::autograd::AnomalyMode::is_enabled();
  result["checkNan"] = torch::autograd::AnomalyMode::should_check_nan();
  return result;
}

}  // namespace torch_js
