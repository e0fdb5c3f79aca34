/* Counts in a file on its disk: what a run has written, the next one reads. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int count_on(const char *path) {
    int count = 0;
    int file = open(path, O_RDWR | O_CREAT, 0644);
    if (file < 0)
        file = open(path, O_RDONLY);
    read(file, &count, sizeof(count));
    count++;
    lseek(file, 0, SEEK_SET);
    write(file, &count, sizeof(count));
    fsync(file);
    close(file);
    return count;
}

int main(void) {
    for (int turn = 0; turn < 3; turn++) {
        int count = count_on("/data/count");
        printf("count %d\n", count); /* mark: count */
    }
    return 0;
}
