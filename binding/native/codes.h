// The numbers by which JavaScript names dtypes, devices and the like. LibTorch looks things up by
// them unchecked, so each is checked here.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>
#include <napi.h>

#include <string>

namespace torch_js {

// A value of that kind, and nothing that JavaScript would turn into one: that runs code, which may
// move or free what the caller holds.
double NumberFrom(const Napi::Value& value);
std::string TextFrom(const Napi::Value& value);
Napi::Function FunctionFrom(const Napi::Value& value);

c10::ScalarType DTypeFrom(double code);
c10::Layout LayoutFrom(double code);
c10::MemoryFormat MemoryFormatFrom(double code);

// An index of -1 means the current device of that type.
c10::Device DeviceFrom(double type, double index);

}  // namespace torch_js
