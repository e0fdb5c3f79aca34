#pragma once

class Shape {
  public:
    virtual ~Shape() = default;
    virtual const char *name() const = 0;
    virtual int area() const = 0;
};

class Square final : public Shape {
  public:
    explicit Square(int side) : side(side) {}
    const char *name() const override;
    int area() const override;

  private:
    int side;
};

class Triangle final : public Shape {
  public:
    Triangle(int base, int height) : base(base), height(height) {}
    const char *name() const override;
    int area() const override;

  private:
    int base, height;
};
