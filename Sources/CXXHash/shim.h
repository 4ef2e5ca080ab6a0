#ifndef TISBACKUP_CXXHASH_H
#define TISBACKUP_CXXHASH_H

#include <xxhash.h>

#endif
