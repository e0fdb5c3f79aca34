/* One value of each kind that a debugger shows, and loops, faults and jumps to choose from. */
#include <stdio.h>
#include <string.h>
#include <uk/assert.h>

#include "endings.h"

int classes(void);

enum colour { RED, GREEN = 5 };

union number {
    int whole;
    unsigned char bytes[4];
};

struct everything {
    enum colour colour;
    union number number;
    unsigned flag : 1, level : 3;
    union {
        int left;
        unsigned right;
    };
    const char *text;
    double ratio;
    char name[8];
    _Bool known;
};

int many[10000];
static struct everything everything = {
    .colour = GREEN,
    .number = {.whole = 0x01020304},
    .level = 5,
    .left = -1,
    .text = "grün",
    .ratio = 0.5,
    .name = "seven",
    .known = 1,
};
static int counter;
static long watched;

static int twice(int n) {
    return 2 * n;
}

static int thrice(int n) {
    long times = 3;
    int product = (int)times * n;
    {
        int times = product;
        return times; /* mark: hidden */
    }
}

static void loop(struct everything *of) {
    for (int i = 0; i < 6; i++) {
        counter = i; /* mark: loop */
        watched += of->level;
        of->flag = i & 1;
    }
}

static void triple_fault(void) {
    struct {
        unsigned short limit;
        unsigned long base;
    } __attribute__((packed)) none = {0, 0};
    __asm__ volatile("lidt %0; ud2" : : "m"(none)); /* mark: triple */
}

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "";
    for (int i = 0; i < 10000; i++)
        many[i] = i * i;
    loop(&everything);
    int sum = twice(counter) + thrice(counter); /* mark: calls */
    printf("sum %d\n", sum);                    /* mark: sum */
    if (strcmp(what, "assert") == 0)
        UK_ASSERT(sum == 0);
    if (strcmp(what, "opcode") == 0)
        __asm__ volatile("ud2");
    if (strcmp(what, "triple") == 0)
        triple_fault();
    end_by(what);
    return classes(); /* mark: classes */
}
