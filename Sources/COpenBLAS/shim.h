// OpenBLAS's CBLAS interface and its own controls (thread count, build configuration).
//
// Debian keeps the headers in an architecture directory that the compiler searches by default. Never import this
// module beside CGSL: both declare the CBLAS enums.

#ifndef NVIT_COPENBLAS_SHIM_H
#define NVIT_COPENBLAS_SHIM_H

#include <cblas.h>

#endif
