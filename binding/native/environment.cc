#include "environment.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "buffers.h"

namespace torch_js {

namespace {
constexpr size_t kInitialMailbox = 4096;
constexpr int64_t kMaxSafeInteger = 9007199254740991;
}  // namespace

void ObjectTrash::Take(Napi::ObjectReference object) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) {
      object.SuppressDestruct();
    } else {
      objects_.push_back(std::move(object));
    }
  }
  if (std::this_thread::get_id() == thread_) Empty();
}

void ObjectTrash::Empty() {
  std::vector<Napi::ObjectReference> objects;
  const std::lock_guard<std::mutex> lock(mutex_);
  objects.swap(objects_);
}

void ObjectTrash::Close() {
  Empty();
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
}

Environment::Environment() : mailbox_(std::make_shared<MailboxMemory>(kInitialMailbox)) {}

const at::Tensor& Environment::Read(double handle) {
  HeldTensor& tensor = tensors.At(handle);
  if (!tensor.accumulator && tensor.requires_grad() && at::GradMode::is_enabled() &&
      tensor.is_leaf()) {
    tensor.accumulator = torch::autograd::impl::grad_accumulator(tensor);
  }
  return tensor;
}

const at::Tensor& Environment::Write(double handle) {
  HeldTensor& tensor = tensors.At(handle);
  tensor.accumulator.reset();
  return tensor;
}

void Environment::GrowMailbox(size_t capacity) {
  size_t size = mailbox_->capacity;
  while (size < capacity) size *= 2;
  if (size == mailbox_->capacity) return;
  if (size > kMaxExternalBytes / sizeof(double)) throw std::length_error("lists are too long");
  auto larger = std::make_shared<MailboxMemory>(size);
  std::copy_n(mailbox_->data.get(), mailbox_->capacity, larger->data.get());
  mailbox_ = std::move(larger);
}

Napi::Value Environment::ShowMailbox(Napi::Env env) const {
  auto* owner = new std::shared_ptr<MailboxMemory>(mailbox_);
  return Napi::ArrayBuffer::New(
      env, mailbox_->data.get(), mailbox_->capacity * sizeof(double),
      [](Napi::Env, void*, std::shared_ptr<MailboxMemory>* memory) { delete memory; }, owner);
}

double Environment::Intern(const std::string& text) {
  const auto [entry, added] = text_ids_.try_emplace(text, static_cast<double>(texts_.size()));
  if (added) texts_.push_back(text);
  return entry->second;
}

const std::string& Environment::TextOf(double id) const {
  if (!(id >= 0 && id < static_cast<double>(texts_.size())) || id != std::floor(id)) {
    throw std::out_of_range("no such string");
  }
  return texts_[static_cast<size_t>(id)];
}

void Environment::Writer::Number(double value) {
  if (at_ == environment_.mailbox_->capacity) {
    environment_.GrowMailbox(at_ + 1);
    grown_ = true;
  }
  environment_.mailbox_->data[at_++] = value;
}

void Environment::Writer::Integer(int64_t value) {
  if (value >= -kMaxSafeInteger && value <= kMaxSafeInteger) {
    Number(static_cast<double>(value));
    return;
  }
  Number(std::numeric_limits<double>::quiet_NaN());
  double bits;
  std::memcpy(&bits, &value, sizeof bits);
  Number(bits);
}

void Environment::ReleaseAll() {
  stack.clear();
  tensors.Clear();
  generators.Clear();
  trash->Close();
}

}  // namespace torch_js
