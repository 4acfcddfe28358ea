/* Preloaded before the C library: fsync and fdatasync fail with EIO from call FSYNC_FAILS_FROM on (counted from 1). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int calls;

static int fail(void) {
  const char *from = getenv("FSYNC_FAILS_FROM");
  return from && atomic_fetch_add(&calls, 1) + 1 >= atoi(from);
}

static int pass(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (!fail()) return real(descriptor);
  errno = EIO;
  return -1;
}

int fsync(int descriptor) { return pass("fsync", descriptor); }
int fdatasync(int descriptor) { return pass("fdatasync", descriptor); }
