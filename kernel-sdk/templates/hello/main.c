/* Greets everyone who is named in the Kraftfile's cmd. Press F5 and step through it. */
#include <stdio.h>
#include <uk/print.h>

#include "guests.h"

static const int primes[] = {2, 3, 5, 7, 11};

static int sum(const int *numbers, int count) {
    int total = 0;
    for (int i = 0; i < count; i++)
        total += numbers[i];
    return total;
}

int main(int argc, char *argv[]) {
    const char *greeting = "Hello";
    struct guest *guests = NULL;

    uk_pr_info("the application starts\n");
    for (int i = 1; i < argc; i++)
        guests = guest_welcome(guests, argv[i]);

    for (struct guest *guest = guests; guest != NULL; guest = guest->next)
        printf("%s, %s, on seat %d!\n", greeting, guest->name, guest->seat);

    int count = guests_count(guests);
    int total = sum(primes, sizeof(primes) / sizeof(primes[0]));
    printf("%d guests, and the first five primes make %d.\n", count, total);

    guests_leave(guests);
    return 0;
}
