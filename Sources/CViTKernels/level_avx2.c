// 256-bit vectors with FMA: Intel since Haswell, AMD since Zen.

#include "CViTKernels.h"
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define W 8
#define TILE_ROWS 6
#define LEVEL_NAME "avx2"
#define LEVEL_TABLE nvit_kernels_avx2
#include "level.inc"
#pragma clang attribute pop
#endif
