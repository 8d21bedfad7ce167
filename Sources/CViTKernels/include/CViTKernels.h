#ifndef NVIT_CVITKERNELS_H
#define NVIT_CVITKERNELS_H
int nvit_placeholder(void);
#endif
