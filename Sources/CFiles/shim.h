#pragma once
#include <sys/syscall.h>
#include <unistd.h>

// glibc declares these calls for _GNU_SOURCE only, which Swift does not define.

// RENAME_EXCHANGE
static inline int carrel_exchange(int folder, const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, folder, one, folder, other, 2u);
}

// RENAME_NOREPLACE
static inline int carrel_rename_new(int folder, const char *name, int target, const char *other) {
    return (int)syscall(SYS_renameat2, folder, name, target, other, 1u);
}

// AT_EMPTY_PATH | AT_STATX_FORCE_SYNC: asks the server, where there is one, and not what the kernel remembers.
static inline int carrel_refresh(int descriptor) {
    char status[256];
    return (int)syscall(SYS_statx, descriptor, "", 0x1000 | 0x2000, 0x7ffu, status);
}
