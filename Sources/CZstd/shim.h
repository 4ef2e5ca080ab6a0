#ifndef TISBACKUP_CZSTD_H
#define TISBACKUP_CZSTD_H

#include <zstd.h>

#endif
