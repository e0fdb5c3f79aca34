#ifndef WALK_H
#define WALK_H

struct point {
    int x, y;
};

struct shape {
    const char *name;
    int sides;
    struct point corner;
};

int walk(struct shape *shape);

#endif
