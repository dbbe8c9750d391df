#pragma once
#include <stdlib.h>
#include <hiredis/hiredis.h>

// hiredis 0.14 hands the number of elements as int, 1.x as size_t; a callee that takes an int reads either.
static inline void carrel_set_create_array(redisReplyObjectFunctions *functions,
                                           void *(*create)(const redisReadTask *, int)) {
    functions->createArray = (__typeof__(functions->createArray))create;
}

// RESP3: known to hiredis from 1.0 on.
#if HIREDIS_MAJOR >= 1
static inline int carrel_knows_resp3(void) { return 1; }
static inline int carrel_is_verbatim(const redisReadTask *task) { return task->type == REDIS_REPLY_VERB; }
// What comes beside replies: a message that nobody asked for, or words about the reply that follows.
static inline int carrel_is_aside(const redisReadTask *task) {
    return task->type == REDIS_REPLY_PUSH || task->type == REDIS_REPLY_ATTR;
}
static inline void carrel_set_resp3(redisReplyObjectFunctions *functions,
                                    void *(*create_double)(const redisReadTask *, double, char *, size_t),
                                    void *(*create_bool)(const redisReadTask *, int)) {
    functions->createDouble = create_double;
    functions->createBool = create_bool;
}
#else
static inline int carrel_knows_resp3(void) { return 0; }
static inline int carrel_is_verbatim(const redisReadTask *task) { (void)task; return 0; }
static inline int carrel_is_aside(const redisReadTask *task) { (void)task; return 0; }
static inline void carrel_set_resp3(redisReplyObjectFunctions *functions,
                                    void *(*create_double)(const redisReadTask *, double, char *, size_t),
                                    void *(*create_bool)(const redisReadTask *, int)) {
    (void)functions;
    (void)create_double;
    (void)create_bool;
}
#endif
