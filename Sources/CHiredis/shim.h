#pragma once
#include <stdlib.h>
#include <hiredis/hiredis.h>

// hiredis 0.14 hands the number of elements as int, 1.x as size_t; a callee that takes an int reads either.
static inline void carrel_set_create_array(redisReplyObjectFunctions *functions,
                                           void *(*create)(const redisReadTask *, int)) {
    functions->createArray = (__typeof__(functions->createArray))create;
}
