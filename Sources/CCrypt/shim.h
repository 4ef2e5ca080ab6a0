#ifndef TISBACKUP_CCRYPT_H
#define TISBACKUP_CCRYPT_H

// crypt(3) of libxcrypt, whose hashes every mkpasswd(1) makes.
#include <crypt.h>

#endif
