#ifndef NVIT_LEVELS_H
#define NVIT_LEVELS_H

#include "CViTKernels.h"

extern const nvit_kernels nvit_kernels_portable;
#if defined(__x86_64__)
extern const nvit_kernels nvit_kernels_avx2;
extern const nvit_kernels nvit_kernels_avx512;
#endif

#endif
