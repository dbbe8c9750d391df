#pragma once
#include <stdlib.h>
#include <hiredis/hiredis.h>

// hiredis 0.14 passes the number of elements as int, 1.x as size_t; a callee that takes an int works with both.
static inline void carrel_set_create_array(redisReplyObjectFunctions *functions,
                                           void *(*create)(const redisReadTask *, int)) {
    functions->createArray = (__typeof__(functions->createArray))create;
}

// hiredis supports RESP3 from 1.0 on.
#if HIREDIS_MAJOR >= 1
static inline int carrel_supports_resp3(void) { return 1; }
static inline int carrel_is_verbatim(const redisReadTask *task) { return task->type == REDIS_REPLY_VERB; }
// Pushes, and attributes of the reply that follows: neither is a reply to a command.
static inline int carrel_is_out_of_band(const redisReadTask *task) {
    return task->type == REDIS_REPLY_PUSH || task->type == REDIS_REPLY_ATTR;
}
static inline void carrel_set_resp3(redisReplyObjectFunctions *functions,
                                    void *(*create_double)(const redisReadTask *, double, char *, size_t),
                                    void *(*create_bool)(const redisReadTask *, int)) {
    functions->createDouble = create_double;
    functions->createBool = create_bool;
}
#else
static inline int carrel_supports_resp3(void) { return 0; }
static inline int carrel_is_verbatim(const redisReadTask *task) { (void)task; return 0; }
static inline int carrel_is_out_of_band(const redisReadTask *task) { (void)task; return 0; }
static inline void carrel_set_resp3(redisReplyObjectFunctions *functions,
                                    void *(*create_double)(const redisReadTask *, double, char *, size_t),
                                    void *(*create_bool)(const redisReadTask *, int)) {
    (void)functions;
    (void)create_double;
    (void)create_bool;
}
#endif
