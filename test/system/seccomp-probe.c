// Makes system calls and writes down how each one ended: for the test of seccomp filters on the real kernel.
//
//     seccomp-probe OUTPUT WAY NUMBER ARGUMENT [WAY NUMBER ARGUMENT]...
//
// WAY is how the kernel is entered: `native`, or on an x86_64 machine `x32` or `i386` (int 0x80). All six arguments of
// the call are -1 unless ARGUMENT says what the first one is. OUTPUT gets a line for each: 0 or an errno, or a signal
// as `signal 31`. Every call is made by a child of its own, which may well die of it.

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static long make_call(const char *way, long number, long first) {
#ifdef __x86_64__
  if (strcmp(way, "i386") == 0) {
    long result = number;
    __asm__ volatile("int $0x80" : "+a"(result) : "b"(first), "c"(-1L), "d"(-1L), "S"(-1L), "D"(-1L) : "memory");
    return (int)result;
  }
  if (strcmp(way, "x32") == 0) number |= 0x40000000;
#endif
  return syscall(number, first, -1L, -1L, -1L, -1L, -1L) < 0 ? -errno : 0;
}

static void probe(FILE *output, const char *way, long number, long first) {
  pid_t pid = fork();
  if (pid == 0) {
    alarm(5);
    long result = make_call(way, number, first);
    _exit(result < 0 ? -result : 0);
  }
  int status;
  if (pid < 0 || waitpid(pid, &status, 0) < 0) exit(1);
  if (WIFSIGNALED(status)) fprintf(output, "signal %d\n", WTERMSIG(status));
  else fprintf(output, "%d\n", WEXITSTATUS(status));
}

int main(int count, char **words) {
  FILE *output = fopen(words[1], "w");
  if (!output) return 1;
  setvbuf(output, NULL, _IONBF, 0);
  for (int i = 2; i + 2 < count; i += 3) {
    probe(output, words[i], strtol(words[i + 1], NULL, 0), strtoul(words[i + 2], NULL, 0));
  }
  return 0;
}
