// The addon's table of contents: what JavaScript can call, and the life of an environment.
#include <ATen/Context.h>
#include <napi.h>
#include <torch/headeronly/version.h>

#include <memory>

#include "accelerator.h"
#include "allocator.h"
#include "autograd.h"
#include "buffers.h"
#include "dispatch.h"
#include "environment.h"
#include "errors.h"
#include "function.h"
#include "random.h"
#include "schema.h"
#include "tensors.h"

namespace torch_js {

namespace {

template <auto body>
void Export(Napi::Object exports, const char* name, Environment* environment) {
  napi_value function;
  const napi_status status = napi_create_function(exports.Env(), name, NAPI_AUTO_LENGTH,
                                                  &Guard<body>, environment, &function);
  NAPI_THROW_IF_FAILED_VOID(exports.Env(), status);
  exports.Set(name, Napi::Value(exports.Env(), function));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  InstallAllocator();
  // Without it LibTorch follows a sparse tensor's indices wherever they lead.
  at::globalContext().setCheckSparseTensorInvariants(true);
  auto owner = std::make_unique<Environment>();
  Environment* environment = owner.release();
  // Finalizers run at an environment's end in no order worth relying on; the hook frees tensors
  // before them.
  env.AddCleanupHook([](Environment* leaving) { leaving->ReleaseAll(); }, environment);
  env.SetInstanceData<Environment>(environment);

  Export<Resolve>(exports, "resolve", environment);
  Export<OperatorNames>(exports, "operatorNames", environment);
  Export<Overloads>(exports, "overloads", environment);
  Export<Call>(exports, "call", environment);

  Export<DescribeTensor>(exports, "describe", environment);
  Export<GradNode>(exports, "gradNode", environment);
  Export<Duplicate>(exports, "duplicate", environment);
  Export<Dispose>(exports, "dispose", environment);
  Export<DisposeMany>(exports, "disposeMany", environment);
  Export<Memory>(exports, "memory", environment);
  Export<StorageOf>(exports, "storageOf", environment);
  Export<Allocated>(exports, "allocated", environment);
  Export<ResetPeak>(exports, "resetPeak", environment);
  Export<Intern>(exports, "intern", environment);
  Export<TextOf>(exports, "text", environment);
  Export<ShowMailbox>(exports, "mailbox", environment);

  Export<FromBuffer>(exports, "fromBuffer", environment);
  Export<FromShared>(exports, "fromShared", environment);
  Export<CopyTo>(exports, "copyTo", environment);
  Export<Share>(exports, "share", environment);

  Export<Backward>(exports, "backward", environment);
  Export<Grad>(exports, "grad", environment);
  Export<GradOf>(exports, "gradOf", environment);
  Export<SetGrad>(exports, "setGrad", environment);
  Export<SetGradEnabled>(exports, "setGradEnabled", environment);
  Export<IsGradEnabled>(exports, "isGradEnabled", environment);
  Export<InferenceMode>(exports, "inferenceMode", environment);
  Export<SetAnomalyDetection>(exports, "setAnomalyDetection", environment);
  Export<AnomalyDetection>(exports, "anomalyDetection", environment);
  Export<ApplyFunction>(exports, "applyFunction", environment);

  Export<ManualSeed>(exports, "manualSeed", environment);
  Export<MakeGenerator>(exports, "generator", environment);
  Export<DisposeGenerator>(exports, "disposeGenerator", environment);
  Export<SeedGenerator>(exports, "seedGenerator", environment);
  Export<InitialSeed>(exports, "initialSeed", environment);
  Export<GeneratorState>(exports, "generatorState", environment);
  Export<SetGeneratorState>(exports, "setGeneratorState", environment);

  Export<LoadLibrary>(exports, "loadLibrary", environment);
  Export<Accelerator>(exports, "accelerator", environment);
  Export<Synchronize>(exports, "synchronize", environment);
  Export<SetThreads>(exports, "setThreads", environment);
  Export<Threads>(exports, "threads", environment);

  exports["version"] = TORCH_VERSION;
  return exports;
}

}  // namespace

NODE_API_MODULE(torch_js, Init)

}  // namespace torch_js
