// What one Node environment (the main thread, or a worker) holds: nothing mutable lives at
// namespace scope.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/stack.h>
#include <napi.h>
#include <torch/csrc/autograd/variable.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "handles.h"
#include "mailbox.h"
#include "schema.h"

namespace torch_js {

// JavaScript objects whose last holder is gone, until their own thread lets go of them. Shared by
// the environment, on whose thread it is made, and by whatever holds such objects; any thread may
// put one in.
class ObjectTrash {
 public:
  void Take(Napi::ObjectReference object);

  // On the environment's thread.
  void Empty();

  // At the environment's end: what comes later is let go, for nobody can free it any more.
  void Close();

 private:
  const std::thread::id thread_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::vector<Napi::ObjectReference> objects_;
  bool closed_ = false;
};

// Keeps a JavaScript object alive for as long as it lives itself, on whatever thread that ends.
class PinnedObject {
 public:
  PinnedObject(std::shared_ptr<ObjectTrash> trash, const Napi::Object& object)
      : trash_(std::move(trash)), object_(Napi::Persistent(object)) {}
  PinnedObject(const PinnedObject&) = delete;
  PinnedObject& operator=(const PinnedObject&) = delete;
  ~PinnedObject() { trash_->Take(std::move(object_)); }

  // Both on the environment's thread.
  Napi::Env Env() const { return object_.Env(); }
  Napi::Object Value() const { return object_.Value(); }

 private:
  std::shared_ptr<ObjectTrash> trash_;
  Napi::ObjectReference object_;
};

// A tensor that JavaScript holds.
struct HeldTensor : at::Tensor {
  HeldTensor() = default;
  HeldTensor(at::Tensor tensor) : at::Tensor(std::move(tensor)) {}

  // Of a leaf that was used: the node that takes its gradient. LibTorch alone would let go of it
  // with every graph and make it anew for the next, which costs a tenth of a small operator's time.
  decltype(torch::autograd::impl::grad_accumulator(at::Tensor())) accumulator;
};

// Made when the addon is loaded into an environment, used on that environment's thread alone, and
// destroyed with it; a cleanup hook frees the tensors first, while LibTorch is surely still there.
class Environment {
 public:
  Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  HandleTable<HeldTensor> tensors{"a tensor"};
  HandleTable<at::Generator> generators{"a generator"};
  // A deque, whose items stay where they are: an operator may run JavaScript (a backward pass),
  // which adds more of them.
  std::deque<Operator> operators;
  std::shared_ptr<ObjectTrash> trash = std::make_shared<ObjectTrash>();
  // Kept between calls for its capacity alone; a call takes it and gives it back empty.
  torch::jit::Stack stack;

  // The tensor that an operator reads.
  const at::Tensor& Read(double handle);
  // The tensor that an operator writes. It may give it another shape, which its node would not
  // know.
  const at::Tensor& Write(double handle);

  const MailboxMemory& mailbox() const { return *mailbox_; }

  // Makes room for `capacity` doubles, keeping what was written.
  void GrowMailbox(size_t capacity);
  Napi::Value ShowMailbox(Napi::Env env) const;

  // Strings cross as numbers: interned on first use, for the environment's life.
  double Intern(const std::string& text);
  const std::string& TextOf(double id) const;

  // Writes results into the mailbox from its start, growing it where they do not fit.
  class Writer {
   public:
    explicit Writer(Environment& environment) : environment_(environment) {}
    void Number(double value);
    void Integer(int64_t value);
    bool grown() const { return grown_; }

   private:
    Environment& environment_;
    size_t at_ = 0;
    bool grown_ = false;
  };

  void ReleaseAll();

 private:
  std::shared_ptr<MailboxMemory> mailbox_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, double> text_ids_;
};

}  // namespace torch_js
