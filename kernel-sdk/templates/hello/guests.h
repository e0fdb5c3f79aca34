#ifndef GUESTS_H
#define GUESTS_H

struct guest {
    const char *name;
    int seat;
    struct guest *next;
};

/* Puts a guest at the head of a list; NULL when there is no memory. */
struct guest *guest_welcome(struct guest *list, const char *name);

/* How many guests there are, counted one by one. */
int guests_count(const struct guest *list);

void guests_leave(struct guest *list);

#endif
