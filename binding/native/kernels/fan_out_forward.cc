// The edges that leave a state: their stages over the batch, and the nodes that they are added to.
#include <ATen/ops/empty.h>

#include "fan_out_scratch.h"

namespace torch_js::kernels {

template <typename T>
std::vector<at::Tensor> FanOut<T>::Forward(const std::vector<at::Tensor>& partial,
                                           const at::Tensor& weights, const at::Tensor& passes,
                                           const std::vector<Running>& running) {
  Check(partial, weights, passes, running);
  ReadWeights(weights, passes);
  values = Pooled({values_size_}, tensor_options_);
  const bool training = options_.normal.training;
  // Behind those of the stages, sums of the two pools.
  const Index slots = normal_count_ + 2, slot_size = 2 * padded_;
  PartSums<double> sums(Parts(batch_), slots * slot_size);
  std::vector<Scratch> scratches;
  for (Index part = 0; part < Parts(batch_); ++part) scratches.emplace_back(*this, false);
  const auto forward = [&](const Stage& stage, const T* frame, Index part, Index n) {
    double* sum = training ? sums.of(part) + stage.normal * slot_size : nullptr;
    kernels_.forward(Input(stage, frame, scratches[part]), Values(stage, n), sum,
                     sum ? sum + padded_ : nullptr);
  };
  const auto finish = [&](Index normal, Index slot) {
    const double* sum = sums.of(0) + slot * slot_size;
    normals_[normal] = Normal<T>(options_.normal, running[normal], padded_, sum, sum + padded_,
                                 static_cast<double>(batch_) * pixels_);
  };

  EachSample(Region::kFirstStages, batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches[part];
    const T* state = LoadState(n, scratch);
    LoadFrame(state, scratch);
    for (const Primitive::Kind kind : {Primitive::kMaxPool, Primitive::kAvgPool}) {
      const bool average = kind == Primitive::kAvgPool;
      if (pools_at_[average] < 0) continue;
      T* y = PoolValues(kind, n);
      (average ? kernels_.avg_pool : kernels_.max_pool)(Pool(), state, y);
      double* sum = sums.of(part) + (normal_count_ + average) * slot_size;
      if (training) kernels_.moments(y, pixels_, padded_, sum, sum + padded_);
    }
    for (const Edge& edge : edges_) {
      for (const Branch& branch : edge.branches) {
        if (branch.first >= 0) forward(stages_[branch.first], scratch.frame.data(), part, n);
      }
    }
  });
  sums.Add();
  bool two_stages = false;
  for (const Edge& edge : edges_) {
    for (const Branch& branch : edge.branches) {
      two_stages |= branch.first != branch.last;
      if (branch.first >= 0) finish(stages_[branch.first].normal, stages_[branch.first].normal);
      if (branch.primitive.is_pool()) {
        finish(branch.normal, normal_count_ + (branch.primitive.kind == Primitive::kAvgPool));
      }
    }
  }

  if (two_stages) {
    sums.Clear();
    EachSample(Region::kSecondStages, batch_, [&](Index part, Index n) {
      const Scratch& scratch = scratches[part];
      for (const Edge& edge : edges_) {
        for (const Branch& branch : edge.branches) {
          if (branch.first == branch.last) continue;
          LoadInner(branch, n, scratch);
          forward(stages_[branch.last], scratch.inner.data(), part, n);
        }
      }
    });
    sums.Add();
    for (const Edge& edge : edges_) {
      for (const Branch& branch : edge.branches) {
        if (branch.first != branch.last) finish(branch.normal, branch.normal);
      }
    }
  }

  statistics = at::empty({normal_count_, slot_size}, at::kDouble);
  for (Index i = 0; i < normal_count_; ++i) {
    normals_[i].Save(statistics.mutable_data_ptr<double>() + i * slot_size);
  }
  return Mix(partial, scratches);
}

template <typename T>
std::vector<at::Tensor> FanOut<T>::Mix(const std::vector<at::Tensor>& partial,
                                       const std::vector<Scratch>& scratches) const {
  struct Terms {
    Buffer<T> scales, shift;
  };
  std::vector<Terms> terms;
  std::vector<at::Tensor> outputs;
  std::vector<Pixels<T>> sums;
  for (size_t e = 0; e < edges_.size(); ++e) {
    const Edge& edge = edges_[e];
    const double pass = passes_[edge.row];
    Terms term{Buffer<T>::Zeros(edge.branches.size() * padded_), Buffer<T>(padded_)};
    std::vector<double> shift(padded_);
    for (size_t b = 0; b < edge.branches.size(); ++b) {
      const Branch& branch = edge.branches[b];
      const double weight = Weight(edge, branch) * pass;
      for (Index c = 0; c < padded_; ++c) {
        const double inverse = branch.normal < 0 ? 1 : normals_[branch.normal].inverse(c);
        term.scales[b * padded_ + c] = static_cast<T>(weight * inverse);
        if (branch.normal >= 0) shift[c] -= weight * inverse * normals_[branch.normal].mean(c);
      }
    }
    std::transform(shift.begin(), shift.end(), term.shift.data(),
                   [](double value) { return static_cast<T>(value); });
    terms.push_back(std::move(term));
    outputs.push_back(Pooled({batch_, channels_, out_height_, out_width_}, tensor_options_,
                             at::MemoryFormat::ChannelsLast));
    if (!partial.empty()) {
      sums.emplace_back(partial[e].contiguous(at::MemoryFormat::ChannelsLast));
    }
  }

  const bool whole = IsWhole();
  Buffer<T> ones(padded_);
  std::fill_n(ones.data(), padded_, T(1));
  EachSample(Region::kNodes, batch_, [&](Index part, Index n) {
    const Scratch& scratch = scratches[part];
    const T* state = LoadState(n, scratch);
    const Rest rest = rest_ > 0 ? LoadRest(n, scratch) : Rest{};
    std::vector<const T*> values, scales;
    for (size_t e = 0; e < edges_.size(); ++e) {
      const std::vector<Branch>& branches = edges_[e].branches;
      values.clear();
      scales.clear();
      for (size_t b = 0; b < branches.size(); ++b) {
        values.push_back(LastValues(branches[b], n, state));
        scales.push_back(terms[e].scales.data() + b * padded_);
      }
      const T* sum = partial.empty() ? nullptr : sums[e].sample(n);
      T* output = outputs[e].mutable_data_ptr<T>() + n * pixels_ * channels_;
      const bool shuffled = IsShuffled(e);
      T* out = shuffled ? scratch.node.data() : output;
      if (whole && sum) {
        values.push_back(sum);
        scales.push_back(ones.data());
      }
      T* mixed = whole ? out : scratch.mixed.data();
      kernels_.combine(values.size(), values.data(), scales.data(), terms[e].shift.data(), pixels_,
                       padded_, mixed);
      if (!whole) kernels_.unpack(mixed, padded_, active_, pixels_, sum, out, channels_);
      if (rest_ == 0) continue;
      kernels_.add_scaled(rest.values, rest.step, static_cast<T>(passes_[edges_[e].row]), rest_,
                          pixels_, sum ? sum + active_ : nullptr, out + active_, channels_);
      if (!shuffled) continue;
      kernels_.transpose(out, channels_, pixels_, options_.groups, active_, output);
    }
  });
  return outputs;
}

template std::vector<at::Tensor> FanOut<float>::Forward(const std::vector<at::Tensor>&,
                                                        const at::Tensor&, const at::Tensor&,
                                                        const std::vector<Running>&);
template std::vector<at::Tensor> FanOut<double>::Forward(const std::vector<at::Tensor>&,
                                                         const at::Tensor&, const at::Tensor&,
                                                         const std::vector<Running>&);

}  // namespace torch_js::kernels
