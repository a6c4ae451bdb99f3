#include "codes.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace torch_js {

namespace {

// src/dtype.ts, src/layout.ts and src/device.ts write these numbers: an upgrade that moves one must
// not compile.
static_assert(static_cast<int>(c10::kByte) == 0 && static_cast<int>(c10::kChar) == 1 &&
              static_cast<int>(c10::kShort) == 2 && static_cast<int>(c10::kInt) == 3 &&
              static_cast<int>(c10::kLong) == 4 && static_cast<int>(c10::kHalf) == 5 &&
              static_cast<int>(c10::kFloat) == 6 && static_cast<int>(c10::kDouble) == 7 &&
              static_cast<int>(c10::kComplexHalf) == 8 &&
              static_cast<int>(c10::kComplexFloat) == 9 &&
              static_cast<int>(c10::kComplexDouble) == 10 && static_cast<int>(c10::kBool) == 11 &&
              static_cast<int>(c10::kBFloat16) == 15 && static_cast<int>(c10::kUInt16) == 27 &&
              static_cast<int>(c10::kUInt32) == 28 && static_cast<int>(c10::kUInt64) == 29);
static_assert(static_cast<int>(c10::kStrided) == 0 && static_cast<int>(c10::kSparse) == 1 &&
              static_cast<int>(c10::kSparseCsr) == 2 && static_cast<int>(c10::kMkldnn) == 3 &&
              static_cast<int>(c10::kSparseCsc) == 4 && static_cast<int>(c10::kSparseBsr) == 5 &&
              static_cast<int>(c10::kSparseBsc) == 6);
static_assert(static_cast<int>(c10::MemoryFormat::Contiguous) == 0 &&
              static_cast<int>(c10::MemoryFormat::Preserve) == 1 &&
              static_cast<int>(c10::MemoryFormat::ChannelsLast) == 2 &&
              static_cast<int>(c10::MemoryFormat::ChannelsLast3d) == 3);
static_assert(static_cast<int>(c10::kCPU) == 0 && static_cast<int>(c10::kCUDA) == 1 &&
              static_cast<int>(c10::kXPU) == 12 && static_cast<int>(c10::kMPS) == 13 &&
              static_cast<int>(c10::kMeta) == 14);

bool IsWhole(double code, int low, int high) {
  return code >= low && code <= high && code == std::floor(code);
}

}  // namespace

double NumberFrom(const Napi::Value& value) {
  double number;
  if (napi_get_value_double(value.Env(), value, &number) != napi_ok) {
    throw std::invalid_argument("expected a number");
  }
  return number;
}

std::string TextFrom(const Napi::Value& value) {
  if (!value.IsString()) throw std::invalid_argument("expected a string");
  return value.As<Napi::String>();
}

Napi::Function FunctionFrom(const Napi::Value& value) {
  if (!value.IsFunction()) throw std::invalid_argument("expected a function");
  return value.As<Napi::Function>();
}

c10::ScalarType DTypeFrom(double code) {
  if (!IsWhole(code, 0, 11) && code != 15 && !IsWhole(code, 27, 29)) {
    throw std::invalid_argument("no such dtype");
  }
  return static_cast<c10::ScalarType>(static_cast<int>(code));
}

c10::Layout LayoutFrom(double code) {
  if (!IsWhole(code, 0, 6) || code == 3) throw std::invalid_argument("no such layout");
  return static_cast<c10::Layout>(static_cast<int>(code));
}

c10::MemoryFormat MemoryFormatFrom(double code) {
  if (!IsWhole(code, 0, 3)) throw std::invalid_argument("no such memory format");
  return static_cast<c10::MemoryFormat>(static_cast<int>(code));
}

c10::Device DeviceFrom(double type, double index) {
  if (!IsWhole(type, 0, c10::COMPILE_TIME_MAX_DEVICE_TYPES - 1) ||
      !IsWhole(index, -1, std::numeric_limits<c10::DeviceIndex>::max())) {
    throw std::invalid_argument("no such device");
  }
  return {static_cast<c10::DeviceType>(static_cast<int>(type)),
          static_cast<c10::DeviceIndex>(static_cast<int>(index))};
}

}  // namespace torch_js
