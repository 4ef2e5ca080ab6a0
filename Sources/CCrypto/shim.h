#ifndef TISBACKUP_CCRYPTO_H
#define TISBACKUP_CCRYPTO_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#endif
