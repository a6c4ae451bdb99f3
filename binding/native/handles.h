// A table of values that JavaScript holds by number. A handle is a slot and the slot's generation,
// so that a number kept after its value was freed, or made up, is recognised instead of followed.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace torch_js {

// A handle that names no live value: disposed, or never given out.
class StaleHandle : public std::runtime_error {
 public:
  explicit StaleHandle(const char* what)
      : std::runtime_error(std::string(what) + " was used after it was disposed") {}
};

// Owned by one Environment and used on its thread alone. Handles are doubles that hold exact
// integers: generation * 2^24 + slot, never 0, which stands for "none".
template <typename T>
class HandleTable {
 public:
  explicit HandleTable(const char* kind) : kind_(kind) {}

  double Add(T value) {
    uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<uint32_t>(slots_.size());
      if (slot >= kMaxSlots) throw std::runtime_error("too many live handles (2^24)");
      slots_.push_back({std::move(value), 1, true});
    } else {
      slot = free_.back();
      free_.pop_back();
      slots_[slot].value = std::move(value);
      slots_[slot].live = true;
    }
    ++live_;
    return static_cast<double>(slots_[slot].generation) * kMaxSlots + slot;
  }

  T& At(double handle) { return slots_[SlotOf(handle)].value; }

  void Remove(double handle) {
    if (!TryRemove(handle)) throw StaleHandle(kind_);
  }

  // Whether it named a live value.
  bool TryRemove(double handle) {
    const std::optional<uint32_t> found = Find(handle);
    if (!found) return false;
    const uint32_t slot = *found;
    // Moved out first: a value's destructor may come back to this table.
    T value = std::move(slots_[slot].value);
    slots_[slot].value = T();
    slots_[slot].live = false;
    --live_;
    // A slot whose generations are used up is retired: its old handles must never come alive again.
    if (++slots_[slot].generation < kMaxGeneration) free_.push_back(slot);
    return true;
  }

  size_t Live() const { return live_; }

  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (const Slot& slot : slots_) {
      if (slot.live) visit(slot.value);
    }
  }

  void Clear() {
    slots_.clear();
    free_.clear();
    live_ = 0;
  }

 private:
  struct Slot {
    T value;
    uint32_t generation;
    bool live;
  };

  static constexpr uint32_t kMaxSlots = 1u << 24;
  static constexpr uint32_t kMaxGeneration = 1u << 28;

  std::optional<uint32_t> Find(double handle) const {
    if (!(handle >= kMaxSlots && handle < 9007199254740992.0) || handle != std::floor(handle)) {
      return std::nullopt;
    }
    const auto bits = static_cast<uint64_t>(handle);
    const auto slot = static_cast<uint32_t>(bits % kMaxSlots);
    if (slot >= slots_.size() || !slots_[slot].live ||
        slots_[slot].generation != bits / kMaxSlots) {
      return std::nullopt;
    }
    return slot;
  }

  uint32_t SlotOf(double handle) const {
    const std::optional<uint32_t> slot = Find(handle);
    if (!slot) throw StaleHandle(kind_);
    return *slot;
  }

  const char* kind_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  size_t live_ = 0;
};

}  // namespace torch_js
