#ifndef TISBACKUP_CLINUX_H
#define TISBACKUP_CLINUX_H

// syncfs(2), memfd_create(2) and pipe2(2) need _GNU_SOURCE, which Swift's Glibc module is built without.
int syncfs(int descriptor);
int memfd_create(const char *name, unsigned int flags);
int pipe2(int *ends, int flags);

// So do the calls that make a terminal, posix_openpt(3) and its like.
int posix_openpt(int flags);
int grantpt(int master);
int unlockpt(int master);
int ptsname_r(int master, char *name, unsigned long size);

// O_PATH of open(2) needs it as well; the value is that of asm-generic/fcntl.h, which the processors
// that Swift knows share.
enum { tis_open_path = 010000000 };

// Neither is part of Swift's Glibc module.
#include <sys/vfs.h>
#include <sys/xattr.h>

// Swift hides fork(2), because a child of a process with threads may do next to nothing. Ours is
// called before there is any.
#include <unistd.h>
static inline pid_t tis_fork(void) { return fork(); }

#endif
