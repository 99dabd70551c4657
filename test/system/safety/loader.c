// Stands in an image where node's own loader is looked up: whoever starts node there starts this, in a process whose
// /proc/self/exe is node. It says so, and tries to open that file for writing, at once and by a kept descriptor.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char exe[4096] = "", path[64];
  readlink("/proc/self/exe", exe, sizeof exe - 1);
  int writable = open("/proc/self/exe", O_WRONLY);
  const char *now = writable < 0 ? strerror(errno) : "WRITABLE";
  int kept = open("/proc/self/exe", O_RDONLY);
  sprintf(path, "/proc/self/fd/%d", kept);
  writable = open(path, O_RDWR);
  printf("exe %s: %s, %s\n", exe, now, writable < 0 ? strerror(errno) : "WRITABLE");
  return 0;
}
