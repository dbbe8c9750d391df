#pragma once
#include <sqlite3.h>

// Swift calls no function that takes a varying number of arguments.
static inline int carrel_sqlite_drop_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
