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

// Subvolumes of btrfs and the extents of files: calls whose numbers are macros that Swift cannot read.
// linux/fs.h, which has that of fiemap, cannot stand beside the headers of glibc before 2.37.
#include <string.h>
#include <sys/ioctl.h>
#include <linux/btrfs.h>
#include <linux/fiemap.h>

#ifndef FS_IOC_FIEMAP
#define FS_IOC_FIEMAP _IOWR('f', 11, struct fiemap)
#endif

enum { tis_btrfs_magic = 0x9123683E, tis_subvolume_inode = 256 };

// Each gives 0, or -1 with errno; a name is at most 255 bytes.
static inline int tis_subvolume_create(int folder, const char *name) {
  struct btrfs_ioctl_vol_args arguments = {0};
  strncpy(arguments.name, name, 255);
  return ioctl(folder, BTRFS_IOC_SUBVOL_CREATE, &arguments);
}

static inline int tis_subvolume_snapshot(int folder, const char *name, int source, int is_read_only) {
  struct btrfs_ioctl_vol_args_v2 arguments = {0};
  arguments.fd = source;
  arguments.flags = is_read_only ? BTRFS_SUBVOL_RDONLY : 0;
  strncpy(arguments.name, name, 255);
  return ioctl(folder, BTRFS_IOC_SNAP_CREATE_V2, &arguments);
}

static inline int tis_subvolume_destroy(int folder, const char *name) {
  struct btrfs_ioctl_vol_args arguments = {0};
  strncpy(arguments.name, name, 255);
  return ioctl(folder, BTRFS_IOC_SNAP_DESTROY, &arguments);
}

static inline int tis_subvolume_make_writable(int subvolume) {
  __u64 flags = 0;
  if (ioctl(subvolume, BTRFS_IOC_SUBVOL_GETFLAGS, &flags) != 0) return -1;
  if (!(flags & BTRFS_SUBVOL_RDONLY)) return 0;
  flags &= ~BTRFS_SUBVOL_RDONLY;
  return ioctl(subvolume, BTRFS_IOC_SUBVOL_SETFLAGS, &flags);
}

// The bytes of a file that no other file and no snapshot shares; -1 with errno.
static inline long long tis_unshared_bytes(int file) {
  enum { count = 128 };
  union {
    struct fiemap map;
    char room[sizeof(struct fiemap) + count * sizeof(struct fiemap_extent)];
  } buffer;
  long long bytes = 0;
  __u64 start = 0;
  for (;;) {
    memset(&buffer.map, 0, sizeof buffer.map);
    buffer.map.fm_start = start;
    buffer.map.fm_length = FIEMAP_MAX_OFFSET - start;
    buffer.map.fm_extent_count = count;
    if (ioctl(file, FS_IOC_FIEMAP, &buffer.map) != 0) return -1;
    for (__u32 index = 0; index < buffer.map.fm_mapped_extents; index++) {
      struct fiemap_extent *extent = &buffer.map.fm_extents[index];
      if (!(extent->fe_flags & FIEMAP_EXTENT_SHARED)) bytes += extent->fe_length;
      if (extent->fe_flags & FIEMAP_EXTENT_LAST) return bytes;
      start = extent->fe_logical + extent->fe_length;
    }
    if (buffer.map.fm_mapped_extents == 0) return bytes;
  }
}

// posix_spawn_file_actions_addclosefrom_np(3) needs _GNU_SOURCE too.
#include <spawn.h>
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
static inline int tis_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

// Swift hides fork(2), because a child of a process with threads may do next to nothing. Ours is
// called before there is any.
#include <unistd.h>
static inline pid_t tis_fork(void) { return fork(); }

#endif
