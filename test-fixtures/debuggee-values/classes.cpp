/* Classes with a base, and references to them. */
namespace {

struct Shape {
    int sides;
};

class Square : public Shape {
  public:
    explicit Square(int width) : Shape{4}, width(width) {}
    int area() const { return width * width; } /* mark: area */

  private:
    int width;
};

int measure(const Square &square) {
    int area = square.area();
    return area - 9; /* mark: measure */
}

} // namespace

extern "C" int classes(void) {
    Square square(3);
    return measure(square);
}
