#ifndef TISBACKUP_CZLIB_H
#define TISBACKUP_CZLIB_H

#include <zlib.h>

#endif
