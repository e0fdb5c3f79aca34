/* A round table with a fork between every two seats. */
#ifndef TABLE_H
#define TABLE_H

#define SEATS 5

/* Waits until both forks beside a seat are free, and takes them. */
void table_take_forks(int seat);
void table_put_forks(int seat);

#endif
