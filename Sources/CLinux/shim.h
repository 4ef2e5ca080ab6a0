#ifndef TISBACKUP_CLINUX_H
#define TISBACKUP_CLINUX_H

// syncfs(2) needs _GNU_SOURCE, which Swift's Glibc module is built without.
int syncfs(int descriptor);

#endif
