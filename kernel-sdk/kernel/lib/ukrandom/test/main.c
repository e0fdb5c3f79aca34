/* Random bytes: a few to look at, and many to count. */
#include <stdint.h>
#include <stdio.h>
#include <uk/random.h>

#define SAMPLE (1 << 18)

static unsigned char sample[SAMPLE];

static void show(size_t size) {
    static unsigned char bytes[200];
    uk_random_fill(bytes, size);
    printf("%lu bytes:", (unsigned long)size);
    for (size_t i = 0; i < size; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

/* Half of all bits, and no value of a byte much more often than another. */
static void count(void) {
    static unsigned seen[256];
    unsigned ones = 0, least = SAMPLE, most = 0;
    uk_random_fill(sample, sizeof(sample));
    for (int i = 0; i < SAMPLE; i++) {
        ones += __builtin_popcount(sample[i]);
        seen[sample[i]]++;
    }
    for (int i = 0; i < 256; i++) {
        least = seen[i] < least ? seen[i] : least;
        most = seen[i] > most ? seen[i] : most;
    }
    printf("%u ones, %u to %u of each\n", ones, least, most);
}

/* What lies beside is not touched. */
static void stay_within(void) {
    unsigned char memory[100] = {0};
    int touched = 0;
    for (size_t size = 0; size <= 70; size++) {
        uk_random_fill(memory + 10, size);
        for (size_t i = 10 + size; i < sizeof(memory); i++)
            touched += memory[i];
        for (size_t i = 0; i < 10; i++)
            touched += memory[i];
    }
    printf("beside: %d\n", touched);
}

int main(void) {
    show(16);
    show(16);
    show(200);
    count();
    stay_within();
    return 0;
}
