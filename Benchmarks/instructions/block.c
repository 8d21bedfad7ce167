// The kernels of one training step of one transformer block, N times, for counting instructions under callgrind.
//
// Why not nvit itself: valgrind cannot follow the way a Swift program with an asynchronous main starts its threads.
// Widths are uneven on purpose: edges are where kernels grow slow.

#include "CViTKernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES = 4, TOKENS = 17, ROWS = IMAGES * TOKENS, E = 50, HEADS = 3, QK = 8, V = 12, M = 100 };
enum { KEYS = HEADS * QK, VALUES = HEADS * V, QKV = 2 * KEYS + VALUES, STRIDE = 144, PADDED = 32 };

static float *matrix(int64_t floats) {
  float *p = aligned_alloc(64, (size_t)(floats + 64 + 15) / 16 * 16 * sizeof(float));
  for (int64_t i = 0; i < floats + 64; ++i) p[i] = (float)(i * 7919 % 1000) * 1e-3f - 0.5f;
  return p;
}

static const nvit_kernels *kernels;
static float *packed;

// Forward, input gradient and weight gradient of a linear layer.
static void linear(int64_t inputs, int64_t outputs, const float *weights, const float *x, float *y, float *gradient,
                   float *weight_gradient, nvit_epilogue epilogue, float *second) {
  kernels->pack(weights, 1, inputs, inputs, outputs, NULL, NULL, packed);
  kernels->product(&(nvit_product){.rows = ROWS, .columns = outputs, .inner = inputs, .a = x, .a_row_stride = STRIDE,
                                   .a_inner_stride = 1, .b = packed, .c = y, .c_stride = STRIDE, .d = second,
                                   .d_stride = STRIDE, .epilogue = epilogue});
  kernels->pack(weights, inputs, 1, outputs, inputs, NULL, NULL, packed);
  kernels->product(&(nvit_product){.rows = ROWS, .columns = inputs, .inner = outputs, .a = y, .a_row_stride = STRIDE,
                                   .a_inner_stride = 1, .b = packed, .c = gradient, .c_stride = STRIDE});
  kernels->product(&(nvit_product){.rows = outputs, .columns = inputs, .inner = ROWS, .a = y, .a_row_stride = 1,
                                   .a_inner_stride = STRIDE, .b = x, .b_stride = STRIDE, .c = weight_gradient,
                                   .c_stride = inputs});
  kernels->column_sums(y, STRIDE, ROWS, outputs, packed);
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: block KERNELS STEPS\n");
    return 64;
  }
  for (int i = 0; i < nvit_kernel_set_count(); ++i)
    if (strcmp(nvit_kernel_set(i)->name, arguments[1]) == 0) kernels = nvit_kernel_set(i);
  if (!kernels) {
    fprintf(stderr, "this CPU has no kernels called %s\n", arguments[1]);
    return 69;
  }
  float *x = matrix(ROWS * STRIDE), *normalized = matrix(ROWS * STRIDE), *qkv = matrix(ROWS * STRIDE);
  float *attended = matrix(ROWS * STRIDE), *hidden = matrix(ROWS * STRIDE), *derivative = matrix(ROWS * STRIDE);
  float *gradient = matrix(ROWS * STRIDE), *qkv_gradient = matrix(ROWS * STRIDE), *inverse = matrix(ROWS);
  float *weights = matrix(E * 128), *weight_gradient = matrix(E * 128), *m = matrix(E * 128), *v = matrix(E * 128);
  float *probability = matrix(HEADS * IMAGES * TOKENS * PADDED), *scratch = matrix(nvit_attention_scratch(TOKENS, TOKENS, QK, V));
  packed = matrix(128 * 128);
  memset(v, 0, E * 128 * sizeof(float));

  for (int step = atoi(arguments[2]); step > 0; --step) {
    kernels->normalize(x, STRIDE, ROWS, E, 1e-6f, normalized, STRIDE, inverse);
    linear(E, QKV, weights, normalized, qkv, gradient, weight_gradient, NVIT_STORE, NULL);
    for (int image = 0; image < IMAGES; ++image)
      for (int head = 0; head < HEADS; ++head) {
        const int64_t row = (int64_t)image * TOKENS * STRIDE;
        nvit_attention attention = {
            .queries = TOKENS, .tokens = TOKENS, .query_key = QK, .value = V, .q = qkv + row + head * QK,
            .k = qkv + row + KEYS + head * QK, .v = qkv + row + 2 * KEYS + head * V, .q_stride = STRIDE,
            .kv_stride = STRIDE, .scale = 0.35f,
            .probability = probability + (image * HEADS + head) * TOKENS * PADDED, .probability_stride = PADDED,
            .output = attended + row + head * V, .output_stride = STRIDE, .scratch = scratch,
            .output_gradient = gradient + row, .output_gradient_stride = STRIDE,
            .q_gradient = qkv_gradient + row + head * QK, .k_gradient = qkv_gradient + row + KEYS + head * QK,
            .v_gradient = qkv_gradient + row + 2 * KEYS + head * V, .q_gradient_stride = STRIDE,
            .kv_gradient_stride = STRIDE};
        kernels->attention_forward(&attention);
        kernels->attention_backward(&attention);
      }
    linear(VALUES, E, weights, attended, hidden, gradient, weight_gradient, NVIT_ACCUMULATE, NULL);
    linear(E, M, weights, normalized, hidden, gradient, weight_gradient, NVIT_GELU, derivative);
    linear(M, E, weights, hidden, attended, gradient, weight_gradient, NVIT_STORE, NULL);
    kernels->normalize_backward(gradient, STRIDE, normalized, STRIDE, inverse, ROWS, E, qkv_gradient, STRIDE);
    const nvit_adamw settings = {1e-6f, 0.9f, 0.999f, 1e-8f, 0.05f, 1, 1, 1};
    kernels->adamw(&settings, weight_gradient, E * M, weights, m, v);
  }
  return 0;
}
