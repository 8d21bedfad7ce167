// 128-bit vectors: baseline x86-64 (SSE2), NEON, and whatever the compiler makes of them elsewhere.

#include "CViTKernels.h"
#include "levels.h"

#define W 4
#define TILE_ROWS 6
#define LEVEL_NAME "portable"
#define LEVEL_TABLE nvit_kernels_portable
#include "level.inc"
