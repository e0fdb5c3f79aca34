#include "shapes.hpp"

const char *Square::name() const {
    return "square";
}

int Square::area() const {
    return side * side;
}

const char *Triangle::name() const {
    return "triangle";
}

int Triangle::area() const {
    return base * height / 2;
}
