// The memory through which arguments and results travel: JavaScript writes doubles into it, C++
// reads them, and back. Crossing into C++ costs one call whatever the number of arguments.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace torch_js {

// How a Scalar was written; JavaScript knows the same numbers (src/mailbox.ts).
namespace scalar_tag {
constexpr double kNone = 0;
constexpr double kNumber = 1;
constexpr double kBigInt = 2;
constexpr double kBoolean = 3;
constexpr double kComplex = 4;
}  // namespace scalar_tag

// Owned together by the Environment and by the ArrayBuffer that shows it to JavaScript: a mailbox
// that was outgrown lives on until its ArrayBuffer is collected.
struct MailboxMemory {
  explicit MailboxMemory(size_t size) : data(new double[size]()), capacity(size) {}
  std::unique_ptr<double[]> data;
  size_t capacity;
};

// Reads a message front to back and never past the mailbox's end.
class MailboxReader {
 public:
  explicit MailboxReader(const MailboxMemory& memory)
      : at_(memory.data.get()), end_(at_ + memory.capacity) {}

  double Number() {
    if (at_ == end_) throw std::out_of_range("the message runs past the end of the mailbox");
    return *at_++;
  }

  // A double that holds an exact integer; beyond 2^53 a NaN announces the 64 bits in the next slot.
  int64_t Integer() {
    const double value = Number();
    if (std::isnan(value)) return Bits();
    if (value != std::floor(value) || std::abs(value) > 9007199254740992.0) {
      throw std::invalid_argument("expected an integer");
    }
    return static_cast<int64_t>(value);
  }

  int64_t Bits() {
    const double value = Number();
    int64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  }

  // A list's length: as many numbers must still fit.
  size_t Count() {
    const double value = Number();
    if (!(value >= 0 && value <= static_cast<double>(end_ - at_)) || value != std::floor(value)) {
      throw std::out_of_range("a list is longer than the mailbox");
    }
    return static_cast<size_t>(value);
  }

 private:
  const double* at_;
  const double* end_;
};

}  // namespace torch_js
