// What this machine has got, for the files with its instructions.
#pragma once

static inline int has_avx2(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return 0;
#endif
}
