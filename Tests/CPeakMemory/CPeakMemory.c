#define _GNU_SOURCE
#include "CPeakMemory.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

static long used, base, peak;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static void *taken(void *memory) {
  if (memory) {
    long size = (long)malloc_usable_size(memory);
    long now = __atomic_add_fetch(&used, size, __ATOMIC_RELAXED);
    long known = __atomic_load_n(&peak, __ATOMIC_RELAXED);
    while (now > known &&
           !__atomic_compare_exchange_n(&peak, &known, now, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
  }
  return memory;
}

static void given_back(size_t size) { __atomic_sub_fetch(&used, (long)size, __ATOMIC_RELAXED); }

void *malloc(size_t size) { return taken(__libc_malloc(size)); }

void *calloc(size_t number, size_t size) { return taken(__libc_calloc(number, size)); }

void *realloc(void *memory, size_t size) {
  size_t before = memory ? malloc_usable_size(memory) : 0;
  void *result = __libc_realloc(memory, size);
  if (result || size == 0) given_back(before);
  return taken(result);
}

void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *result = memalign(alignment, size);
  if (result == NULL) return ENOMEM;
  *memory = result;
  return 0;
}

void free(void *memory) {
  if (memory) given_back(malloc_usable_size(memory));
  __libc_free(memory);
}

void nvit_peak_memory_begin(void) {
  base = __atomic_load_n(&used, __ATOMIC_RELAXED);
  __atomic_store_n(&peak, base, __ATOMIC_RELAXED);
}

long nvit_peak_memory(void) { return __atomic_load_n(&peak, __ATOMIC_RELAXED) - base; }

double nvit_thread_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
