#include "internal.h"

#if CSHA_X86
#include <cpuid.h>

static bool ask_processor(void) {
    unsigned int a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
    const bool has_ssse3 = (c >> 9) & 1, has_sse41 = (c >> 19) & 1;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    const bool has_sha = (b >> 29) & 1;
    return has_ssse3 && has_sse41 && has_sha;
}

bool csha_is_available(void) {
    // 0: not asked yet. Two threads that ask at once write the same answer. `cpuid` traps into the hypervisor on virtual
    // machines (microseconds), hence the memory of it.
    static _Atomic signed char answer;
    signed char known = __c11_atomic_load(&answer, __ATOMIC_RELAXED);
    if (known == 0) {
        known = ask_processor() ? 1 : -1;
        __c11_atomic_store(&answer, known, __ATOMIC_RELAXED);
    }
    return known > 0;
}

#else

bool csha_is_available(void) {
    return false;
}

#endif
