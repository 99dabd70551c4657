// Runs inside a container and tries to look into every process that it sees, over and over, until its input ends.
// A process that comes in by exec is node until its own execve. What could be seen of one is printed in the end, and how
// many such processes were met.

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int met, exe, wrote, maps, mem, env, args, folders;

static int read_file(int pid, const char *name, char *buffer, int size) {
  char path[64];
  sprintf(path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_RDONLY);
  int length = 0, count;
  if (fd < 0) return -1;
  while (length < size - 1 && (count = read(fd, buffer + length, size - 1 - length)) > 0) length += count;
  close(fd);
  for (int i = 0; i < length; i++) if (buffer[i] == 0) buffer[i] = ' ';
  buffer[length] = 0;
  return length;
}

static int is_node(int pid) {
  char comm[64];
  read_file(pid, "comm", comm, sizeof comm);
  return strstr(comm, "node") || strstr(comm, "MainThread");
}

static void look_at_exe(int pid) {
  char path[64];
  sprintf(path, "/proc/%d/exe", pid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  char name[512] = "";
  sprintf(path, "/proc/self/fd/%d", fd);
  readlink(path, name, sizeof name - 1);
  if (!strstr(name, "node")) { // it has become the container's own program meanwhile
    close(fd);
    return;
  }
  exe++;
  int again = open(path, O_WRONLY);
  if (again >= 0 || errno == ETXTBSY) wrote++; // busy now, and perhaps not for ever
  if (again >= 0) close(again);
  close(fd);
}

static void look_at_folders(int pid) {
  char path[64], name[512];
  sprintf(path, "/proc/%d/fd", pid);
  DIR *folder = opendir(path);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    sprintf(path, "/proc/%d/fd/%s", pid, entry->d_name);
    int length = readlink(path, name, sizeof name - 1);
    if (length > 0 && name[0] == '/' && strncmp(name, "/dev/null", 9)) folders++;
  }
  if (folder) closedir(folder);
}

static void look_at(int pid) {
  static char text[1 << 20];
  char path[64];
  if (!is_node(pid)) return;
  met++;
  int sees_env = read_file(pid, "environ", text, sizeof text) > 0 && strstr(text, "TOPSECRET");
  int sees_args = read_file(pid, "cmdline", text, sizeof text) > 0 && strstr(text, "slipway");
  if (sees_env) env++;
  if (sees_args) args++;
  int sees_maps = read_file(pid, "maps", text, sizeof text) > 0 && strstr(text, "/node");
  if (sees_maps) maps++;
  sprintf(path, "/proc/%d/mem", pid);
  int fd = open(path, O_RDONLY);
  if (fd >= 0 && is_node(pid)) mem++;
  if (fd >= 0) close(fd);
  if (is_node(pid)) look_at_folders(pid);
  if (is_node(pid)) look_at_exe(pid);
}

int main(void) {
  struct pollfd input = {0, POLLIN};
  while (poll(&input, 1, 0) == 0) {
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; (entry = readdir(proc));) {
      int pid = atoi(entry->d_name);
      if (pid > 1 && pid != getpid()) look_at(pid);
    }
    closedir(proc);
  }
  printf("{\"met\":%d,\"env\":%d,\"args\":%d,\"maps\":%d,\"mem\":%d,\"folders\":%d,\"exe\":%d,\"wrote\":%d}\n", met, env, args,
         maps, mem, folders, exe, wrote);
  return 0;
}
