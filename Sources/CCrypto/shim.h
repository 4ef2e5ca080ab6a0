#ifndef TISBACKUP_CCRYPTO_H
#define TISBACKUP_CCRYPTO_H

#include <openssl/evp.h>

#endif
