#include "function.h"

#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <thread>
#include <utility>

#include "codes.h"
#include "environment.h"
#include "tensors.h"

namespace torch_js {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// A JavaScript function that a graph holds. The graph may be freed on another thread, or after the
// environment's end; the function goes back to its environment, which frees it on its own thread.
class HeldFunction : public torch::CustomClassHolder {
 public:
  HeldFunction(Environment& environment, const Napi::Function& function)
      : environment_(environment),
        thread_(std::this_thread::get_id()),
        function_(environment.trash, function) {}

  // What the function works with. Throws where another thread runs the backward pass: JavaScript,
  // and with it the environment, has one thread.
  Environment& environment() const {
    TORCH_CHECK(
        std::this_thread::get_id() == thread_,
        "an autograd Function's backward ran on a thread of LibTorch's own, where JavaScript "
        "cannot run: those of accelerators, and of passes inside of passes, 60 deep; use "
        "built-in operators there");
    return environment_;
  }

  void Call(bool grown) {
    const Napi::HandleScope scope(function_.Env());
    const auto function = function_.Value().As<Napi::Function>();
    function.Call({Napi::Boolean::New(function.Env(), grown)});
  }

 private:
  Environment& environment_;
  std::thread::id thread_;
  PinnedObject function_;
};

using Held = c10::intrusive_ptr<HeldFunction>;

struct JsFunction : torch::autograd::Function<JsFunction> {
  static variable_list forward(AutogradContext* context, const Held& forward, const Held& backward,
                               at::TensorList inputs) {
    Environment& environment = forward->environment();
    forward->Call(/*grown=*/false);
    MailboxReader mailbox(environment.mailbox());
    variable_list outputs = ReadTensors(environment, mailbox);
    context->save_for_backward(ReadTensors(environment, mailbox));
    context->mark_non_differentiable(ReadTensors(environment, mailbox));
    context->mark_dirty(ReadTensors(environment, mailbox));
    context->saved_data["backward"] = c10::IValue::make_capsule(backward);
    context->saved_data["inputs"] = static_cast<int64_t>(inputs.size());
    return outputs;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto capsule = context->saved_data["backward"].toCapsule();
    auto& backward = static_cast<HeldFunction&>(*capsule);
    Environment& environment = backward.environment();
    const variable_list saved = context->get_saved_variables();
    Environment::Writer writer(environment);
    WriteTensors(environment, writer, gradients);
    WriteTensors(environment, writer, saved);
    const auto count = static_cast<size_t>(context->saved_data["inputs"].toInt());
    writer.Number(static_cast<double>(count));
    for (size_t i = 0; i < count; ++i) writer.Number(context->needs_input_grad(i));
    backward.Call(writer.grown());

    MailboxReader mailbox(environment.mailbox());
    variable_list answer(2);  // nothing for the two functions
    for (size_t i = mailbox.Count(); i > 0; --i) {
      const double handle = mailbox.Number();
      at::Tensor& gradient = answer.emplace_back();
      if (handle == 0) continue;
      gradient = environment.tensors.At(handle);
      environment.tensors.Remove(handle);
    }
    return answer;
  }
};

}  // namespace

Napi::Value ApplyFunction(Environment& environment, const Napi::CallbackInfo& info) {
  environment.trash->Empty();
  MailboxReader mailbox(environment.mailbox());
  const variable_list inputs = ReadTensors(environment, mailbox);
  const auto forward = c10::make_intrusive<HeldFunction>(environment, FunctionFrom(info[0]));
  const auto backward = c10::make_intrusive<HeldFunction>(environment, FunctionFrom(info[1]));
  const variable_list outputs = JsFunction::apply(forward, backward, at::TensorList(inputs));
  Environment::Writer writer(environment);
  WriteTensors(environment, writer, outputs);
  return Napi::Boolean::New(info.Env(), writer.grown());
}

}  // namespace torch_js
