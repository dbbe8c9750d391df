#pragma once
#include <sys/syscall.h>
#include <unistd.h>

// glibc declares renameat2 for _GNU_SOURCE only, which Swift does not define. 2 is RENAME_EXCHANGE.
static inline int carrel_exchange(int folder, const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, folder, one, folder, other, 2u);
}
