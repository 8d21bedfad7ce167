// Microkernels of the training engine, in one translation unit per instruction set and chosen at run time.
//
// Why C: Swift has no way to build one function for a CPU newer than the baseline, and baseline x86-64 has neither
// FMA nor 256-bit vectors. Everything that is not a hot inner loop lives in Swift.
//
// All matrices are row-major float32. Strides (`_stride`) count floats. Reads of matrix B may run past the last
// column up to the next multiple of the vector width, so buffers carry that slack (see FloatBuffer.slack).

#ifndef NVIT_CVITKERNELS_H
#define NVIT_CVITKERNELS_H

#include <stdint.h>

// What happens to a tile of the product before it is stored.
typedef enum {
  NVIT_STORE = 0,       // C = A B + bias
  NVIT_ACCUMULATE = 1,  // C += A B + bias
  NVIT_GELU = 2,        // C = gelu(A B + bias), D = gelu'(A B + bias)
  NVIT_GELU_ONLY = 3,   // C = gelu(A B + bias)
  NVIT_MULTIPLY = 4     // C = (A B) * D, elementwise
} nvit_epilogue;

// One matrix product: C (rows x columns) from A (rows x inner) and B (inner x columns).
typedef struct {
  int64_t rows, columns, inner;
  const float *a;  // element (i, p) at a[i * a_row_stride + p * a_inner_stride]
  int64_t a_row_stride, a_inner_stride;
  const float *b;  // packed by `pack` when b_stride is 0, else row p at b + p * b_stride
  int64_t b_stride;
  float *c;
  int64_t c_stride;
  const float *bias;  // NULL, or `columns` floats (readable up to the vector width)
  float *d;           // second matrix of the epilogue, or NULL
  int64_t d_stride;
  nvit_epilogue epilogue;
} nvit_product;

// Queries, keys and values of one head of one image, and what attention makes of them.
typedef struct {
  int64_t queries, tokens, query_key, value;
  const float *q, *k, *v;  // (queries, QK), (tokens, QK), (tokens, V)
  int64_t q_stride, kv_stride;
  float scale;
  float *probability;  // (queries, tokens), padded columns are zero
  int64_t probability_stride;
  float *output;  // (queries, V)
  int64_t output_stride;
  float *scratch;  // see nvit_attention_scratch
  // Backward only: gradient of the output in, gradients of q, k and v out.
  const float *output_gradient;
  int64_t output_gradient_stride;
  float *q_gradient, *k_gradient, *v_gradient;
  int64_t q_gradient_stride, kv_gradient_stride;
} nvit_attention;

typedef struct {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  float correction1, correction2;  // 1 - beta^step
  float gradient_scale;            // 1, or what clipping leaves
} nvit_adamw;

// The kernels of one instruction set.
typedef struct {
  const char *name;
  int64_t vector_width;  // floats in a vector
  int64_t panel_width;   // columns of a packed panel
  int64_t tile_rows;

  // Packs B (inner x columns), element (p, j) at source[p * inner_stride + j * column_stride], times
  // inner_scale[p] and column_scale[j] where given, into inner * roundup(columns, vector_width) floats.
  void (*pack)(const float *source, int64_t inner_stride, int64_t column_stride, int64_t inner, int64_t columns,
               const float *inner_scale, const float *column_scale, float *packed);
  void (*product)(const nvit_product *product);
  void (*attention_forward)(const nvit_attention *attention);
  void (*attention_backward)(const nvit_attention *attention);
  // normalized = (x - mean) * inverse; inverse[r] = 1 / sqrt(variance + epsilon).
  void (*normalize)(const float *x, int64_t x_stride, int64_t rows, int64_t width, float epsilon, float *normalized,
                    int64_t normalized_stride, float *inverse);
  // x_gradient += inverse * (g - mean(g) - normalized * mean(g * normalized)).
  void (*normalize_backward)(const float *gradient, int64_t gradient_stride, const float *normalized,
                             int64_t normalized_stride, const float *inverse, int64_t rows, int64_t width,
                             float *x_gradient, int64_t x_gradient_stride);
  // sums[j] = sum over rows of x[r][j].
  void (*column_sums)(const float *x, int64_t stride, int64_t rows, int64_t width, float *sums);
  // target += scale * source.
  void (*add_scaled)(const float *source, float scale, int64_t count, float *target);
  void (*gelu)(const float *x, int64_t count, float *value, float *derivative);
  // target = sum of `parts` arrays, in order; returns the sum of squares of the result.
  double (*reduce)(const float *const *parts, int64_t part_count, int64_t offset, int64_t count, float *target);
  void (*adamw)(const nvit_adamw *settings, const float *gradient, int64_t count, float *weights, float *moment1,
                float *moment2);
  // average = decay * average + (1 - decay) * weights.
  void (*average)(const float *weights, float decay, int64_t count, float *average);
  // Multiply-adds in registers only, to measure what a core can do; writes vector_width floats to `sink` and returns
  // the floating-point operations done.
  int64_t (*multiply_add_peak)(int64_t repetitions, float *sink);
} nvit_kernels;

// Number of kernel sets that this CPU can run; set 0 is the portable one, the last the fastest.
int nvit_kernel_set_count(void);
const nvit_kernels *nvit_kernel_set(int index);

// Floats of scratch that attention needs for the given sizes, whatever the kernel set.
int64_t nvit_attention_scratch(int64_t queries, int64_t tokens, int64_t query_key, int64_t value);

// The file of the library that a symbol of this process comes from, or NULL. Swift does not see dladdr, a GNU
// extension.
const char *nvit_library_of(const char *symbol);

// Gives memory back to the system that is not in use. Swift does not see malloc_trim, a GNU extension.
void nvit_release_free_memory(void);

// From now on all threads allocate from one arena.
void nvit_limit_arenas(void);

// Busy-waits briefly; for spinning threads.
void nvit_pause(void);

#endif
