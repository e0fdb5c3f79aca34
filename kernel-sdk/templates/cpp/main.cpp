/* Shapes on the heap, each with its owner. Press F5 and step through it. */
#include <array>
#include <concepts>
#include <stdio.h>
#include <stdlib.h>

#include "owner.hpp"
#include "shapes.hpp"

/* Made before main, destroyed behind it. */
class Log {
  public:
    Log() {
        puts("The log is open.");
    }
    ~Log() {
        printf("The log is closed after %d shapes.\n", shapes);
    }
    void draw(const Shape &shape) {
        shapes++;
        printf("A %s of area %d.\n", shape.name(), shape.area());
    }

  private:
    int shapes = 0;
};

static Log drawn;

template <std::integral T> constexpr T factorial(T n) {
    return n <= 1 ? 1 : n * factorial(n - 1);
}

/* Computed by the compiler. */
static_assert(factorial(5) == 120);

int main(int argc, char *argv[]) {
    int width = argc > 1 ? atoi(argv[1]) : 3;
    int height = argc > 2 ? atoi(argv[2]) : 4;

    auto square = make_owner<Square>(width);
    auto triangle = make_owner<Triangle>(width, height);
    std::array<const Shape *, 2> shapes = {square.get(), triangle.get()};

    int total = 0;
    for (const Shape *shape : shapes) {
        drawn.draw(*shape);
        total += shape->area();
    }
    printf("Together %d, and 5! is %d.\n", total, factorial(5));
    return 0;
}
