#pragma once
#include <malloc.h>
#include <stdint.h>
#include <sys/resource.h>
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

// The calling thread runs for so long at a time, 0 for the usual, and in return goes before threads with longer turns
// when it wakes (Linux 6.12; no effect before). Threads that it starts have the usual turns: SCHED_FLAG_RESET_ON_FORK.
static inline int carrel_set_turns(uint64_t nanoseconds) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {48, 0, 1, getpriority(PRIO_PROCESS, 0), 0, nanoseconds, 0, 0};
    return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}
