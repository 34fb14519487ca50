// Counts what the calling thread allocates, by standing in for malloc and its family in the whole process.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H
#include <stdint.h>

// Whether counting is compiled in: not under a sanitizer, which brings its own malloc.
int allocation_counter_is_active(void);
// How many blocks this thread has asked for since it started (malloc, calloc, realloc and the aligned ones).
uint64_t allocation_counter_allocations(void);
#endif
