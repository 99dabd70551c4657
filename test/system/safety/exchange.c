// Waits beside a folder until files appear in it, and puts a link in the place of each at once: so whoever makes a file
// there and then does something to it by its name does it to what the link leads to. Ends with its input.
//
//     exchange FOLDER TARGET

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count < 3 || chdir(words[1]) != 0) return 1;
  struct pollfd input = {0, POLLIN};
  printf("ready\n");
  fflush(stdout);
  while (poll(&input, 1, 0) == 0) {
    for (int i = 0; i < 100; i++) {
      char name[16];
      struct stat stat;
      sprintf(name, "f%d", i);
      if (lstat(name, &stat) != 0 || S_ISLNK(stat.st_mode)) continue;
      if (symlink(words[2], ".link") == 0) rename(".link", name);
    }
  }
  return 0;
}
