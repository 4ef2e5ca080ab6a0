#ifndef TISBACKUP_CLINUX_H
#define TISBACKUP_CLINUX_H

// syncfs(2) and memfd_create(2) need _GNU_SOURCE, which Swift's Glibc module is built without.
int syncfs(int descriptor);
int memfd_create(const char *name, unsigned int flags);

#endif
