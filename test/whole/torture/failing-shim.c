/*
 * Preloaded into a process whose disk is to fail (LD_PRELOAD). FAILING_FOLDER is where that disk is mounted;
 * FAILING_CONTROL a file of three numbers of 32 bits that is read at every call: the error that is answered (0: none),
 * the calls that it is answered to (bits as below), and how many of those calls succeed for each that fails.
 *
 * What a descriptor is of, the kernel is asked each time: a list kept by open() and close() goes wrong, as libuv closes
 * by system call (uv__close_nocancel), and the next socket of that number would fail with the disk.
 */
#include "shim.h"

enum { WRITE = 1, SYNC = 2, NAMES = 4 };

static volatile uint32_t *control;
static const char *folder;
static dev_t disk;
static uint32_t calls;

__attribute__((constructor)) static void begin(void) {
  folder = getenv("FAILING_FOLDER");
  const char *file = getenv("FAILING_CONTROL");
  struct stat mounted;
  if (!folder || !file || stat(folder, &mounted) != 0) return;
  disk = mounted.st_dev;
  int fd = REAL(open64)(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) control = mapped;
}

static int below(const char *path) {
  return control && strncmp(path, folder, strlen(folder)) == 0 && path[strlen(folder)] == '/';
}
static int is_on_disk(int fd) {
  struct stat file;
  int before = errno;
  int here = control && control[0] && fstat(fd, &file) == 0 && file.st_dev == disk;
  errno = before;
  return here;
}

static int fails(uint32_t call) {
  uint32_t error = control[0];
  if (!error || !(control[1] & call)) return 0;
  if (__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED) % (control[2] + 1) != 0) return 0;
  errno = error;
  return 1;
}

static int opened(const char *path, int flags, int mode) {
  if (below(path) && (flags & O_ACCMODE) != O_RDONLY && fails(NAMES)) return -1;
  return REAL(open64)(path, flags, mode);
}

#define FAILING(type, name, declared, passed, here, call) \
  type name declared { return (here) && fails(call) ? -1 : REAL(name) passed; }

FAILING(ssize_t, write, (int fd, const void *data, size_t length), (fd, data, length), is_on_disk(fd), WRITE)
FAILING(ssize_t, pwrite64, (int fd, const void *data, size_t length, off64_t at), (fd, data, length, at), is_on_disk(fd), WRITE)
FAILING(ssize_t, pwrite, (int fd, const void *data, size_t length, off_t at), (fd, data, length, at), is_on_disk(fd), WRITE)
FAILING(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), is_on_disk(fd), WRITE)
FAILING(int, ftruncate64, (int fd, off64_t size), (fd, size), is_on_disk(fd), WRITE)
FAILING(int, ftruncate, (int fd, off_t size), (fd, size), is_on_disk(fd), WRITE)
FAILING(int, fsync, (int fd), (fd), is_on_disk(fd), SYNC)
FAILING(int, fdatasync, (int fd), (fd), is_on_disk(fd), SYNC)
FAILING(int, unlink, (const char *path), (path), below(path), NAMES)
FAILING(int, rename, (const char *from, const char *to), (from, to), below(from), NAMES)
