/* Files in memory, from the RAM disk, in a shared folder, and pipes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *what, long result) {
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void show(const char *path) {
    char text[64] = "";
    int file = open(path, O_RDONLY);
    ssize_t size = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
    printf("%s: %s\n", path, size < 0 ? strerror(errno) : strtok(text, "\n"));
    if (file >= 0)
        close(file);
}

static int count_entries(const char *path) {
    int count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -1;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void use_files(const char *folder) {
    char path[64], other[64], text[16];
    struct stat status;
    snprintf(path, sizeof(path), "%s/a", folder);
    snprintf(other, sizeof(other), "%s/b", folder);
    printf("in %s\n", folder);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
    say("write", write(file, "0123456789", 10));
    say("seek", lseek(file, 4, SEEK_SET));
    say("read", read(file, text, 3));
    printf("got %.3s\n", text);
    say("pwrite beyond", pwrite(file, "end", 3, 5000));
    say("hole", (pread(file, text, 1, 3000), text[0]));
    fstat(file, &status);
    printf("size %ld, mode %o\n", (long)status.st_size, status.st_mode & 07777);
    say("truncate", ftruncate(file, 4));
    say("read at the end", pread(file, text, 9, 4));
    say("fsync", fsync(file));
    close(file);
    file = open(path, O_WRONLY | O_APPEND);
    write(file, "XY", 2);
    close(file);
    show(path);
    say("exclusive", open(path, O_CREAT | O_EXCL, 0644));
    say("rename", rename(path, other));
    say("old name", open(path, O_RDONLY));
    file = open(other, O_RDONLY);
    say("unlink", unlink(other));
    say("unlinked, but open", read(file, text, 4));
    close(file);
    snprintf(path, sizeof(path), "%s/folder", folder);
    say("mkdir", mkdir(path, 0755));
    say("mkdir again", mkdir(path, 0755));
    snprintf(other, sizeof(other), "%s/folder/file", folder);
    close(open(other, O_CREAT | O_WRONLY, 0644));
    printf("entries: %d\n", count_entries(path));
    say("rmdir", rmdir(path));
    unlink(other);
    say("rmdir", rmdir(path));
}

static void use_pipe(void) {
    int ends[2];
    char text[8];
    pipe(ends);
    struct pollfd readable = {.fd = ends[0], .events = POLLIN};
    say("poll an empty pipe", poll(&readable, 1, 10));
    write(ends[1], "pipe", 4);
    say("poll a full pipe", poll(&readable, 1, 1000));
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    say("select", select(ends[0] + 1, &set, NULL, NULL, NULL));
    say("read", read(ends[0], text, sizeof(text)));
    close(ends[1]);
    say("read the end", read(ends[0], text, sizeof(text)));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    close(ends[0]);
    say("read a closed one", read(ends[0], text, 1));
}

static void copy(const char *from, const char *to) {
    static char text[100000];
    int source = open(from, O_RDONLY), target = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    say("source", source < 0 ? -1 : 0);
    say("target", target < 0 ? -1 : 0);
    long total = 0;
    for (ssize_t size; (size = read(source, text, sizeof(text))) > 0; total += size)
        if (write(target, text, size) != size)
            say("write", -1);
    say("copied", total);
}

void use_names(const char *folder);
void use_links(void);

int main(int argc, char *argv[]) {
    if (argc > 1 && strcmp(argv[1], "names") == 0) {
        mkdir("/tmp", 0755);
        use_names("/tmp");
        use_names("/shared");
        use_links();
        return 0;
    }
    show("/etc/motd");
    show("/etc/link");
    show("/etc/../etc/./motd");
    show("/etc/nothing");
    if (argc > 1 && strcmp(argv[1], "initrd") == 0)
        return 0;
    if (argc > 3 && strcmp(argv[1], "copy") == 0) {
        copy(argv[2], argv[3]);
        return 0;
    }
    mkdir("/tmp", 0755);
    use_files("/tmp");
    use_files("/shared");
    use_pipe();
    say("write to /dev/null", write(open("/dev/null", O_WRONLY), "x", 1));
    return 0;
}
