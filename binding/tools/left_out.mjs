// Which of ATen's operators torch-js does not offer, and why. The rules are tried in order, the first that
// matches gives the reason; `*` stands for any letters. Everything else in aten:: is offered.

/**
 * @typedef {object} Rule
 * @property {string} reason
 * @property {string} names patterns, separated by white space
 */

/** Why operators are left out that PyTorch itself, by a tag, says it generated. */
export const GENERATED =
  "Twins without side effects that PyTorch's compiler puts in the place of in-place operators.";

/**
 * Generated overloads that are offered all the same: in Python a number may stand for a tensor in
 * arithmetic, also with `out`.
 */
export const GENERATED_BUT_OFFERED =
  /^(add|sub|rsub|mul|div|floor_divide|remainder|bitwise_\w+)\.Scalar/;

/** @type {Rule[]} */
export const rules = [
  {
    reason: 'Kernels of backward passes: autograd alone calls them.',
    names: `*_backward *_backward_data *_backward_impl *_backward_input *_backward_jvp *_backward_overrideable
      *_backward_weights _dirichlet_grad _standard_gamma_grad`,
  },
  {
    reason: 'Kernels that forward-mode differentiation alone calls.',
    names:
      'glu_jvp _fw_primal* _make_dual* _unpack_dual _new_zeros_with_same_feature_meta _has_same_storage_numel',
  },
  {
    reason:
      "One backend's kernels: the public operator picks the best there is (`conv2d`, `lstm`, `ctc_loss`).",
    names: `cudnn_* _cudnn_* miopen_* mkldnn_* _mkldnn_* to_mkldnn _mps_* _lstm_mps _nnpack_* fbgemm_* _cufft_*
      _use_cudnn_* _use_miopen_* _triton_* is_vulkan_available _propagate_xla_data _to_cpu`,
  },
  {
    reason:
      'Kernels behind a public convolution, which picks the best one (`conv2d`, `conv_transpose3d`).',
    names: `slow_conv* _slow_conv* thnn_conv2d conv_depthwise3d _conv_depthwise2d _convolution _convolution_mode
      convolution_overrideable`,
  },
  {
    reason: 'Kernels behind `scaled_dot_product_attention`, which picks the best one.',
    names: `_scaled_dot_product_* _flash_attention_* _efficient_attention_* _fused_sdp_choice
      _fill_mem_eff_dropout_mask_ _safe_softmax`,
  },
  {
    reason: 'Inference fast paths inside nn.TransformerEncoder and nn.MultiheadAttention.',
    names: `_native_multi_head_attention _transformer_encoder_layer_fwd _transform_bias_rescale_qkv
      _masked_softmax _masked_scale _addmm_activation`,
  },
  {
    reason: 'Nested tensors: their sizes are no list of numbers, so `shape` could not say them.',
    names: `_nested_* nested_to_padded_tensor to_padded_tensor _jagged_to_padded_dense_forward
      _padded_dense_to_jagged_forward`,
  },
  {
    reason: 'The forward halves of public operators, with what their backward passes need.',
    names: `*_forward _embedding_bag _embedding_bag_forward_only _ctc_loss _weight_norm_interface
      _batch_norm_impl_index _batch_norm_no_update _batch_norm_with_update _native_batch_norm_legit
      _native_batch_norm_legit_no_training _prelu_kernel _thnn_fused_* _cummax_helper _cummin_helper
      _cholesky_solve_helper _logcumsumexp _softmax _log_softmax _adaptive_avg_pool2d _adaptive_avg_pool3d
      _linalg_det _linalg_eigh _linalg_eigvals _linalg_slogdet _linalg_solve_ex _linalg_svd _lu_with_info
      _linalg_check_errors linalg__powsum _fft_c2c _fft_c2r _fft_r2c _histogramdd_* _euclidean_dist
      _compute_linear_combination _grid_sampler_2d_cpu_fallback _trilinear _pad_circular _pad_enum _aminmax
      _stack _chunk_cat _unique _index_put_impl_ _sparse_mm_reduce_impl _fused_rms_norm _fused_dropout`,
  },
  {
    reason: GENERATED,
    names: '*_functional _functional_* _foreach_copy copy',
  },
  {
    reason:
      "For PyTorch's tracing and compilation: symbolic sizes, assertions in graphs, functionalization.",
    names: `sym_* _assert_* _make_dep_token _print lift lift_fresh lift_fresh_copy alias _unsafe_* _reshape_alias
      _reshape_copy _reshape_alias_copy _lazy_clone _add_batch_dim _remove_batch_dim _shape_as_tensor _dim_arange
      _reshape_from_tensor _efficientzerotensor _is_zerotensor _autocast_to_* _copy_from
      _copy_from_and_resize _resize_output_ _has_compatible_shallow_copy_type _debug_has_internal_overlap
      _is_all_true _is_any_true slice_inverse`,
  },
  {
    reason:
      'Quantised tensors, whose element types torch-js has no names for; and kernels for packed weights.',
    names: `quantize_* quantized_* dequantize int_repr q_* qscheme empty_quantized choose_qparams_optimized
      fake_quantize_*_cachemask _fake_quantize_* _fused_moving_avg_* _empty_affine_quantized
      _empty_per_channel_affine_quantized _make_per_*_quantized_tensor _choose_qparams_per_tensor
      _convert_weight_to_int4pack* _weight_int4pack_* _weight_int8pack_mm _dyn_quant_* _mixed_dtypes_linear
      _saturate_weight_to_fp16 _wrapped_* _rowwise_prune _int_mm _add_relu _add_relu_`,
  },
  {
    reason:
      'Kernels behind the public operators on sparse tensors (`sparse_coo_tensor`, `to_sparse`, `matmul`).',
    names: `_sparse_*_unsafe _sparse_*_with_dims* _validate_* _convert_indices_* _coalesce _coalesced_ _dimI _dimV
      _indices_copy _values_copy _sparse_broadcast_to* _sparse_csr_* _sparse_mask_projection _spsolve
      _sparse_sparse_matmul _to_dense _to_sparse* _sparse_semi_structured_* _cslt_* copy_sparse_to_sparse_
      _sparse_addmm`,
  },
  {
    reason: "Exist for PyTorch's own tests.",
    names: '_test_* _foobar',
  },
  {
    reason: 'Counter-based random numbers, for which PyTorch has no public interface either.',
    names: '_philox_*',
  },
  {
    reason: 'Parts of SyncBatchNorm, which needs several processes.',
    names: `batch_norm_backward_elemt batch_norm_backward_reduce batch_norm_elemt batch_norm_gather_stats
      batch_norm_gather_stats_with_counts batch_norm_stats batch_norm_update_stats`,
  },
  {
    reason: 'They take or give a type that JavaScript has nothing for (Stream, Dict of tensors).',
    names: 'record_stream get_gradients',
  },
  {
    reason:
      'Attributes in PyTorch, not calls: properties of Tensor (`T`, `mT`, `is_leaf`), or without use here.',
    names: `data set_data shallow_copy_data_ is_leaf output_nr _version retains_grad matrix_H mH mT numpy_T`,
  },
  {
    reason:
      "Behind operators of Python's syntax (`&`, `<<`): `bitwise_and`, `bitwise_left_shift` do the same.",
    names: '__*__',
  },
  {
    reason: "Behind brackets in Python's syntax: `x.index(…)` takes all that brackets take.",
    names: 'index',
  },
  {
    reason: 'Private forms of `to`, `conj`, `neg`, `item` and `pin_memory`.',
    names: `_cast_* _to_copy _local_scalar_dense _conj _conj_copy _conj_physical _neg_view _neg_view_copy
      _pin_memory`,
  },
  {
    reason:
      'Scaled products in forms that public ones replaced: `_scaled_mm_v2`, `_scaled_grouped_mm_v2`.',
    names: '_scaled_mm _scaled_grouped_mm _scaled_addmm _scaled_addmm_',
  },
];

/** Private by their name, offered because a public function of Python's is made of them. */
export const PRIVATE_BUT_OFFERED = `
  _amp_foreach_non_finite_check_and_unscale_ _amp_update_scale_ _foreach_* _fused_adagrad_ _fused_adam_ _fused_adamw_
  _fused_sgd_ _grouped_mm _indices _nnz _pack_padded_sequence _pad_packed_sequence _sample_dirichlet
  _scaled_grouped_mm_v2 _scaled_mm_v2 _sobol_engine_* _sparse_log_softmax _sparse_mm _sparse_softmax _sparse_sum _spdiags
  _standard_gamma _unique2 _upsample_*_aa _upsample_nearest_exact* _values _weight_norm`;
