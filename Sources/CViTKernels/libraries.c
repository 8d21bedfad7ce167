#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

#include "CViTKernels.h"

const char *nvit_library_of(const char *symbol) {
  void *address = dlsym(RTLD_DEFAULT, symbol);
  Dl_info information;
  if (address == NULL || dladdr(address, &information) == 0) return NULL;
  return information.dli_fname;
}
