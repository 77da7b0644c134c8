/*
 * Preloaded into a writer (LD_PRELOAD). Two things that Node cannot do for itself:
 *
 *   open("torture:fork=<file>")    forks. Node starts in 100 ms, a fork of one that has started in 5: ten thousand
 *                                  kills need that. V8 must have no threads of its own (--single-threaded). How each
 *                                  fork ends is written to the file: a line of its pid, the signal and the exit code.
 *   open("torture:disk=<folder>")  from then on writes down every change to files of <folder> in <folder>.log, and
 *                                  what goes to <folder>.oracle, in one order; fsync only stands in that log. What a
 *                                  power cut at any place of the log leaves on the disk is worked out from it.
 *
 * A record: five numbers of 64 bits (operation, length of the name, length of the data, offset or size, 0), the name,
 * the data. The operations are those of power-disk.ts.
 *
 * A descriptor is known by the file that it had when it was opened, and is looked at again at every call: libuv closes
 * by system call (uv__close_nocancel), so that what is closed cannot be seen here, and the next file or socket of that
 * number would be taken for the one before.
 */
#include "shim.h"
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { WRITE = 1, TRUNCATE, SYNC, CREATE, UNLINK, RENAME, SYNC_FOLDER, NOTE, UNSUPPORTED };
enum { FILES = 1024 };

static char folder[512], oracle[512];
static int log_fd = -1;
static struct {
  char *name;
  dev_t device;
  ino_t number;
} files[FILES];
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

static void record(uint64_t op, const char *name, const void *data, size_t length, uint64_t at) {
  uint64_t head[5] = {op, strlen(name), length, at, 0};
  struct iovec parts[3] = {{head, sizeof head}, {(void *)name, head[1]}, {(void *)data, length}};
  if (syscall(SYS_writev, log_fd, parts, 3) != (long)(sizeof head + head[1] + length)) abort();
}

/* The file's name below the folder, "" for the folder itself; NULL for what is not on the disk. */
static const char *below(const char *path) {
  size_t length = strlen(folder);
  if (log_fd < 0 || strncmp(path, folder, length) != 0) return NULL;
  if (path[length] == 0) return "";
  return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *name_of(int fd) {
  if (log_fd < 0 || fd < 0 || fd >= FILES || !files[fd].name) return NULL;
  struct stat now;
  int before = errno;
  int is_same = fstat(fd, &now) == 0 && now.st_dev == files[fd].device && now.st_ino == files[fd].number;
  errno = before;
  return is_same ? files[fd].name : NULL;
}
static int is_oracle(const char *name) { return strcmp(name, oracle) == 0; }

static void unsupported(const char *what) {
  if (log_fd >= 0) record(UNSUPPORTED, what, "", 0, 0);
}

static int ends_fd = -1;

/* A fork is gone, for whoever asks by its pid, only after its end is written down. */
static void reap(int number) {
  (void)number;
  int saved = errno;
  siginfo_t info = {0};
  while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
    int killed = info.si_code != CLD_EXITED;
    char line[64];
    int length = snprintf(line, sizeof line, "%d %d %d\n", info.si_pid, killed ? info.si_status : 0, killed ? 0 : info.si_status);
    if (syscall(SYS_write, ends_fd, line, length) != length) abort();
    waitpid(info.si_pid, NULL, 0);
    info.si_pid = 0;
  }
  errno = saved;
}

/* A fork that crashes says where. */
static void crashed(int number) {
  void *frames[48];
  backtrace_symbols_fd(frames, backtrace(frames, 48), 2);
  signal(number, SIG_DFL);
  raise(number);
}

static void fork_off(const char *ends) {
  if (ends_fd < 0) {
    ends_fd = REAL(open64)(ends, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct sigaction act = {.sa_handler = reap, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
    sigaction(SIGCHLD, &act, NULL);
  }
  pid_t pid = fork();
  if (pid < 0) perror("fork");
  if (pid != 0) return;
  signal(SIGCHLD, SIG_DFL);
  for (int number = SIGILL; number <= SIGSEGV; number++)
    if (number == SIGILL || number == SIGABRT || number == SIGBUS || number == SIGSEGV) signal(number, crashed);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  /* Else all forks wait on one epoll instance and write to one ring of io_uring, until libuv finds it wrong and aborts. */
  void *(*loop)(void) = (void *(*)(void))dlsym(RTLD_DEFAULT, "uv_default_loop");
  int (*loop_fork)(void *) = (int (*)(void *))dlsym(RTLD_DEFAULT, "uv_loop_fork");
  if (!loop || !loop_fork || loop_fork(loop()) != 0) abort();
}

static int command(const char *path, int *fd) {
  if (strncmp(path, "torture:fork=", 13) == 0) fork_off(path + 13);
  else if (strncmp(path, "torture:disk=", 13) == 0) {
    snprintf(folder, sizeof folder, "%s", path + 13);
    snprintf(oracle, sizeof oracle, "%s.oracle", folder);
    char log[520];
    snprintf(log, sizeof log, "%s.log", folder);
    log_fd = REAL(open64)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) return 0;
  } else return 0;
  *fd = REAL(open64)("/dev/null", O_RDONLY | O_CLOEXEC);
  return 1;
}

static int opened(const char *path, int flags, int mode) {
  int fd;
  if (command(path, &fd)) return fd;
  const char *name = below(path);
  if (!name && log_fd >= 0 && is_oracle(path)) name = oracle;
  if (!name) return REAL(open64)(path, flags, mode);
  pthread_mutex_lock(&order);
  struct stat before;
  int existed = stat(path, &before) == 0;
  fd = REAL(open64)(path, flags, mode);
  if (fd >= FILES) abort();
  if (fd >= 0) {
    struct stat now;
    if (fstat(fd, &now) != 0) abort();
    free(files[fd].name);
    files[fd].name = strdup(name);
    files[fd].device = now.st_dev;
    files[fd].number = now.st_ino;
    if (!is_oracle(name)) {
      if (!existed) record(CREATE, name, "", 0, 0);
      else if (flags & O_TRUNC) record(TRUNCATE, name, "", 0, 0);
    }
  }
  pthread_mutex_unlock(&order);
  return fd;
}


static ssize_t written(int fd, const char *name, const void *data, size_t length, off_t at, int here) {
  pthread_mutex_lock(&order);
  if (here) at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
  long done = here ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, at);
  if (done > 0) record(is_oracle(name) ? NOTE : WRITE, name, data, done, at);
  pthread_mutex_unlock(&order);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  const char *name = name_of(fd);
  return name ? written(fd, name, data, length, 0, 1) : REAL(write)(fd, data, length);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  const char *name = name_of(fd);
  return name ? written(fd, name, data, length, at, 0) : REAL(pwrite64)(fd, data, length, at);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return pwrite64(fd, data, length, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (name_of(fd)) unsupported("writev");
  return REAL(writev)(fd, parts, count);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  if (name_of(fd)) unsupported("pwritev");
  return REAL(pwritev64)(fd, parts, count, at);
}
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
  if (name_of(to)) unsupported("copy_file_range");
  return REAL(copy_file_range)(from, from_at, to, to_at, length, flags);
}
/* SQLite's index of its log: built anew by whoever opens the log first, so that a cut may leave anything of it. */
static int is_index(const char *name) {
  size_t length = strlen(name);
  return length > 4 && strcmp(name + length - 4, "-shm") == 0;
}
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t at) {
  const char *name = name_of(fd);
  if (name && !is_index(name) && (flags & MAP_SHARED) && (protection & PROT_WRITE)) unsupported("mmap");
  return REAL(mmap64)(address, length, protection, flags, fd, at);
}

static int resized(int fd, int done) {
  struct stat now;
  const char *name = name_of(fd);
  if (name && done == 0 && fstat(fd, &now) == 0) record(TRUNCATE, name, "", 0, now.st_size);
  return done;
}
int ftruncate64(int fd, off64_t size) { return resized(fd, REAL(ftruncate64)(fd, size)); }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int posix_fallocate64(int fd, off64_t at, off64_t length) {
  return resized(fd, REAL(posix_fallocate64)(fd, at, length));
}
int posix_fallocate(int fd, off_t at, off_t length) { return posix_fallocate64(fd, at, length); }

int fsync(int fd) {
  const char *name = name_of(fd);
  if (!name) return REAL(fsync)(fd);
  if (!is_oracle(name)) record(*name ? SYNC : SYNC_FOLDER, name, "", 0, 0);
  return 0;
}
int fdatasync(int fd) { return name_of(fd) ? fsync(fd) : REAL(fdatasync)(fd); }

int unlink(const char *path) {
  int done = REAL(unlink)(path);
  const char *name = below(path);
  if (name && done == 0) record(UNLINK, name, "", 0, 0);
  return done;
}
int remove(const char *path) {
  int done = REAL(remove)(path);
  const char *name = below(path);
  if (name && done == 0) record(UNLINK, name, "", 0, 0);
  return done;
}
int unlinkat(int at, const char *path, int flags) {
  int done = REAL(unlinkat)(at, path, flags);
  const char *name = below(path);
  if (name && done == 0) record(UNLINK, name, "", 0, 0);
  return done;
}
int rename(const char *from, const char *to) {
  int done = REAL(rename)(from, to);
  const char *name = below(from), *target = below(to);
  if (done == 0 && name && target) record(RENAME, name, target, strlen(target), 0);
  else if (done == 0 && (name || target)) unsupported("rename across the folder");
  return done;
}

/* V8 keeps its code out of forks. */
int madvise(void *address, size_t length, int advice) {
  return advice == MADV_DONTFORK ? 0 : REAL(madvise)(address, length, advice);
}
