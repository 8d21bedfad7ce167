#include <malloc.h>

#include "CViTKernels.h"

void nvit_release_free_memory(void) { malloc_trim(0); }
