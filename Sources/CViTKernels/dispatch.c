#include "CViTKernels.h"
#include "levels.h"

int nvit_kernel_set_count(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512bw"))
    return 2;
  return 3;
#else
  return 1;
#endif
}

const nvit_kernels *nvit_kernel_set(int index) {
#if defined(__x86_64__)
  if (index == 2) return &nvit_kernels_avx512;
  if (index == 1) return &nvit_kernels_avx2;
#endif
  (void)index;
  return &nvit_kernels_portable;
}

int64_t nvit_attention_scratch(int64_t queries, int64_t tokens, int64_t query_key, int64_t value) {
  const int64_t padded = (tokens + 15) / 16 * 16;
  const int64_t forward = query_key * padded;
  const int64_t backward = (value + queries) * padded;
  return (forward > backward ? forward : backward) + 64;
}

void nvit_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
