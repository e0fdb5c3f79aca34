/* Folders, names and descriptors: what may be done with them, and what is refused how. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES 300

static void say(const char *what, long result) {
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void make(const char *path) {
    close(open(path, O_CREAT | O_WRONLY, 0644));
}

/* Entries that go while the folder is read: each is told once. */
static void use_many(void) {
    static int seen[ENTRIES];
    char name[32];
    memset(seen, 0, sizeof(seen));
    mkdir("many", 0755);
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(name, sizeof(name), "many/%d", i);
        make(name);
    }
    say("again", open(name, O_CREAT | O_EXCL, 0644));
    int found = 0, twice = 0, left = 0;
    struct dirent *entry;
    DIR *folder = opendir("many");
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        found++;
        twice += seen[atoi(entry->d_name)]++;
        snprintf(name, sizeof(name), "many/%s", entry->d_name);
        unlink(name);
    }
    rewinddir(folder);
    while ((entry = readdir(folder)))
        left += entry->d_name[0] != '.';
    closedir(folder);
    printf("%d of %d entries, %d more than once\n%d entries are left\n", found, ENTRIES, twice,
           left);
    say("rmdir", rmdir("many"));
}

static void use_renames(void) {
    mkdir("a", 0755);
    mkdir("a/b", 0755);
    mkdir("empty", 0755);
    make("file");
    say("a folder into itself", rename("a", "a/b/c"));
    say("a file over a folder", rename("file", "empty"));
    say("a folder over a file", rename("empty", "file"));
    say("a folder over a full one", rename("empty", "a"));
    say("a folder over an empty one", rename("a", "empty"));
    say("what was in it", access("empty/b", F_OK));
    rename("empty", "a");
    rmdir("a/b");
}

static void use_wrong_names(void) {
    char name[300];
    struct stat status;
    say("below a file", open("file/x", O_RDWR | O_CREAT, 0644));
    say("stat below a file", stat("file/x", &status));
    say("mkdir below a file", mkdir("file/x", 0755));
    say("opendir of a file", opendir("file") ? 0 : -1);
    say("writing a folder", open("a", O_WRONLY));
    int folder = open("a", O_RDONLY | O_DIRECTORY);
    say("reading a folder", read(folder, name, 1));
    close(folder);
    say("unlink of a folder", unlink("a"));
    say("rmdir of a file", rmdir("file"));
    memset(name, 'n', sizeof(name));
    name[255] = '\0';
    int file = open(name, O_CREAT | O_RDWR, 0644);
    say("name of 255", file);
    close(file);
    unlink(name);
    name[255] = 'n';
    name[256] = '\0';
    say("name of 256", open(name, O_CREAT | O_RDWR, 0644));
    say("mkdir of 256", mkdir(name, 0755));
    say("in no folder", open("nowhere/x", O_CREAT | O_RDWR, 0644));
    say("the empty name", open("", O_RDONLY));
}

static void show_place(void) {
    char place[64];
    printf("in %s\n", getcwd(place, sizeof(place)));
}

static void use_places(void) {
    int folder = open("a", O_RDONLY | O_DIRECTORY);
    int file = openat(folder, "inside", O_CREAT | O_RDWR, 0644);
    say("at a folder", file);
    close(file);
    close(folder);
    say("relative", chdir("a"));
    show_place();
    unlink("inside");
    say("up", chdir("./../a/.."));
    show_place();
    rmdir("a");
}

static void use_descriptors(void) {
    char text[16] = "";
    int file = open("file", O_RDWR | O_TRUNC);
    write(file, "abcd", 4);
    lseek(file, 0, SEEK_SET);
    int copy = dup(file), own = open("file", O_RDONLY);
    read(file, text, 1);
    read(copy, text, 1);
    printf("shared position: %c\n", text[0]);
    read(own, text, 1);
    printf("own position: %c\n", text[0]);
    int end = open("file", O_WRONLY | O_APPEND);
    write(end, "X", 1);
    lseek(file, 0, SEEK_END);
    write(file, "Y", 1);
    lseek(end, 0, SEEK_SET);
    write(end, "Z", 1);
    pread(own, text, 7, 0);
    printf("appended: %s\n", text);
    say("reading what is for writing", read(end, text, 1));
    say("writing what is for reading", write(own, text, 1));
    say("before the start", lseek(own, -1, SEEK_SET));
    say("to the end", lseek(own, 0, SEEK_END));
    int longer = ftruncate(file, 100000);
    pread(own, text, 1, 99999);
    printf("a longer file: %d, and zeros: %d\n", longer, text[0]);
    say("truncate for reading", ftruncate(own, 0));
    say("negative", ftruncate(file, -1));
    close(open("file", O_RDWR | O_TRUNC));
    say("emptied", lseek(own, 0, SEEK_END));
    close(file);
    close(copy);
    close(own);
    close(end);
    say("not open", close(end));
    unlink("file");
}

void use_names(const char *folder) {
    printf("names in %s\n", folder);
    chdir(folder);
    use_many();
    use_renames();
    use_wrong_names();
    use_places();
    use_descriptors();
    chdir("/");
}

static void show(const char *path) {
    char text[64] = "";
    int file = open(path, O_RDONLY);
    ssize_t size = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
    text[strcspn(text, "\n")] = '\0';
    printf("%s: %s\n", path, size < 0 ? strerror(errno) : text);
    close(file);
}

/* What the RAM disk has of them. */
void use_links(void) {
    char text[64] = "";
    struct stat status;
    show("/etc/folder-link/motd");
    show("/etc/far");
    show("/etc/loop");
    show("/etc/dangling");
    say("stat of a loop", stat("/etc/loop", &status));
    say("lstat of a loop", lstat("/etc/loop", &status));
    say("not following", open("/etc/link", O_RDONLY | O_NOFOLLOW));
    readlink("/etc/folder-link", text, sizeof(text) - 1);
    printf("readlink: %s\n", text);
    say("readlink of a file", readlink("/etc/motd", text, sizeof(text)));
    say("made behind a link", mkdir("/etc/folder-link/new", 0755));
    int file = open("/etc/folder-link/new/file", O_CREAT | O_WRONLY, 0644);
    write(file, "new", 3);
    close(file);
    show("/etc/new/file");
    say("renamed behind a link", rename("/etc/folder-link/new/file", "/etc/folder-link/moved"));
    say("removed behind a link", unlink("/etc/folder-link/moved"));
    file = open("/etc/motd", O_RDWR);
    write(file, "FROM", 4);
    lseek(file, -1, SEEK_END);
    write(file, ", and more\n", 11);
    memset(text, 0, sizeof(text));
    pread(file, text, sizeof(text) - 1, 0);
    printf("a file of the RAM disk, changed: %s", text);
    close(file);
}
