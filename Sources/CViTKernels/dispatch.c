#include "CViTKernels.h"
int nvit_placeholder(void) { return 0; }
