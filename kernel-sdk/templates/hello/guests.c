/* A list of guests on the kernel's heap. */
#include "guests.h"

#include <uk/alloc.h>

struct guest *guest_welcome(struct guest *list, const char *name) {
    struct uk_alloc *heap = uk_alloc_get_default();
    struct guest *guest = uk_malloc(heap, sizeof(*guest));
    if (guest == NULL)
        return NULL;
    guest->name = name;
    guest->seat = guests_count(list) + 1;
    guest->next = list;
    return guest;
}

int guests_count(const struct guest *list) {
    if (list == NULL)
        return 0;
    return 1 + guests_count(list->next);
}

void guests_leave(struct guest *list) {
    while (list != NULL) {
        struct guest *next = list->next;
        uk_free(uk_alloc_get_default(), list);
        list = next;
    }
}
