// How much of the heap is in use.
//
// What Swift's module of the C library leaves out: resident memory alone does not tell a leak from memory that the
// allocator keeps for later.

#ifndef NVIT_HEAP_USAGE_H
#define NVIT_HEAP_USAGE_H

// Bytes that malloc has given out and that were not freed, in all arenas; -1 where it cannot be known.
long long nvit_heap_in_use(void);

#endif
