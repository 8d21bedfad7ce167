// 512-bit vectors: Intel server parts since Skylake, AMD since Zen 4.

#include "CViTKernels.h"
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#define W 16
#define TILE_ROWS 12
#define LEVEL_NAME "avx512"
#define LEVEL_TABLE nvit_kernels_avx512
#include "level.inc"
#pragma clang attribute pop
#endif
