#ifndef TISBACKUP_CEXPAT_H
#define TISBACKUP_CEXPAT_H

#include <expat.h>

#endif
