/*
 * Preloaded before the C library: once the file FAILING_SYNC_FROM is there, fsync and fdatasync of a file whose path
 * contains FAILING_SYNC_UNDER fail with EIO, as they do on a disk that breaks; with FAILING_SYNC_HANGS they never
 * return, as on one that does not answer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int descriptor) {
  const char *under = getenv("FAILING_SYNC_UNDER");
  const char *from = getenv("FAILING_SYNC_FROM");
  if (!under || !from || access(from, F_OK) != 0) return 0;
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strstr(path, under) != NULL;
}

static int sync_or_fail(const char *name, int descriptor) {
  if (fails(descriptor)) {
    while (getenv("FAILING_SYNC_HANGS")) pause();
    errno = EIO;
    return -1;
  }
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return real(descriptor);
}

int fsync(int descriptor) { return sync_or_fail("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_or_fail("fdatasync", descriptor); }
