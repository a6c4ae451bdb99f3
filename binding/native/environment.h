// What one Node environment (the main thread, or a worker) holds: nothing mutable lives at namespace scope.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/stack.h>
#include <napi.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "handles.h"
#include "mailbox.h"
#include "schema.h"

namespace torch_js {

// Made when the addon is loaded into an environment, used on that environment's thread alone, and
// destroyed with it; a cleanup hook frees the tensors first, while LibTorch is surely still there.
class Environment {
 public:
  Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  HandleTable<at::Tensor> tensors{"a tensor"};
  HandleTable<at::Generator> generators{"a generator"};
  std::vector<Operator> operators;
  // Kept between calls for its capacity alone; a call takes it and gives it back empty.
  torch::jit::Stack stack;

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
