// Watches how much memory a piece of work takes at its peak, all threads together.
//
// The linker lets the program's definitions of malloc and its relatives go before the C library's, for every library
// of the process.

#ifndef NVIT_PEAK_MEMORY_H
#define NVIT_PEAK_MEMORY_H

// Bytes in use now become the base, and the peak begins there.
void nvit_peak_memory_begin(void);

// The peak above the base since then, in bytes; sizes are those that were asked for, rounded up as glibc does.
long nvit_peak_memory(void);

// Seconds of processor time that the calling thread has taken.
double nvit_thread_seconds(void);

#endif
