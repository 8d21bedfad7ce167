#include <malloc.h>

#include "CViTKernels.h"

void nvit_limit_arenas(void) { mallopt(M_ARENA_MAX, 1); }

void nvit_release_free_memory(void) { malloc_trim(0); }
