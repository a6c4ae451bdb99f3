#include "random.h"

#include <ATen/Context.h>

#include <mutex>
#include <stdexcept>

#include "codes.h"
#include "environment.h"

namespace torch_js {

namespace {

uint64_t SeedFrom(const Napi::Value& value) {
  if (!value.IsBigInt()) throw std::invalid_argument("expected a BigInt");
  bool lossless = true;
  return value.As<Napi::BigInt>().Uint64Value(&lossless);
}

at::Generator& GeneratorAt(Environment& environment, const Napi::Value& value) {
  return environment.generators.At(NumberFrom(value));
}

// LibTorch guards its generators with their own mutex: another environment may be drawing.
std::unique_lock<std::mutex> Lock(at::Generator& generator) {
  return std::unique_lock<std::mutex>(generator.mutex());
}

}  // namespace

Napi::Value ManualSeed(Environment&, const Napi::CallbackInfo& info) {
  at::manual_seed(SeedFrom(info[0]));
  return info.Env().Undefined();
}

Napi::Value MakeGenerator(Environment& environment, const Napi::CallbackInfo& info) {
  const c10::Device device = DeviceFrom(NumberFrom(info[0]), NumberFrom(info[1]));
  const at::Generator& standard = at::globalContext().defaultGenerator(device);
  if (!info[2].ToBoolean()) {
    return Napi::Number::New(info.Env(), environment.generators.Add(standard));
  }
  at::Generator fresh = standard.clone();
  fresh.set_current_seed(c10::detail::getNonDeterministicRandom());
  return Napi::Number::New(info.Env(), environment.generators.Add(std::move(fresh)));
}

Napi::Value DisposeGenerator(Environment& environment, const Napi::CallbackInfo& info) {
  environment.generators.Remove(NumberFrom(info[0]));
  return info.Env().Undefined();
}

Napi::Value SeedGenerator(Environment& environment, const Napi::CallbackInfo& info) {
  at::Generator& generator = GeneratorAt(environment, info[0]);
  const auto lock = Lock(generator);
  generator.set_current_seed(SeedFrom(info[1]));
  return info.Env().Undefined();
}

Napi::Value InitialSeed(Environment& environment, const Napi::CallbackInfo& info) {
  return Napi::BigInt::New(info.Env(), GeneratorAt(environment, info[0]).current_seed());
}

Napi::Value GeneratorState(Environment& environment, const Napi::CallbackInfo& info) {
  at::Generator& generator = GeneratorAt(environment, info[0]);
  const auto lock = Lock(generator);
  return Napi::Number::New(info.Env(), environment.tensors.Add(generator.get_state()));
}

Napi::Value SetGeneratorState(Environment& environment, const Napi::CallbackInfo& info) {
  at::Generator& generator = GeneratorAt(environment, info[0]);
  const auto lock = Lock(generator);
  generator.set_state(environment.tensors.At(NumberFrom(info[1])));
  return info.Env().Undefined();
}

}  // namespace torch_js
