#include "CHeapUsage.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>

long long nvit_heap_in_use(void) {
  struct mallinfo2 heap = mallinfo2();
  return (long long)(heap.uordblks + heap.hblkhd);
}

#else

long long nvit_heap_in_use(void) { return -1; }

#endif
