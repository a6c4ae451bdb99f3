// Random number generators.
#pragma once

#include <napi.h>

namespace torch_js {

class Environment;

// JavaScript: manualSeed(bits) seeds the default generator of every device; `bits` is a BigInt of
// 64 bits.
Napi::Value ManualSeed(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: generator(device type, index, fresh) -> handle of a new generator, or of the device's
// default one.
Napi::Value MakeGenerator(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value DisposeGenerator(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: seedGenerator(generator, bits); initialSeed(generator) -> BigInt.
Napi::Value SeedGenerator(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value InitialSeed(Environment& environment, const Napi::CallbackInfo& info);

// JavaScript: generatorState(generator) -> handle of a uint8 tensor; setGeneratorState(generator,
// handle).
Napi::Value GeneratorState(Environment& environment, const Napi::CallbackInfo& info);
Napi::Value SetGeneratorState(Environment& environment, const Napi::CallbackInfo& info);

}  // namespace torch_js
