// Counts the memory allocations of chosen threads.
//
// The linker lets the test program's definitions of malloc and its relatives go before the C library's, for every
// library of the process; each thread says whether its allocations are counted, and where.

#ifndef NVIT_ALLOCATION_COUNTER_H
#define NVIT_ALLOCATION_COUNTER_H

// Whether allocations can be counted here: with glibc, and without an address sanitizer.
int nvit_allocations_are_countable(void);

// Adds the calling thread's allocations to `*counter` from now on; NULL ends it.
void nvit_count_allocations(long *counter);

#endif
