#pragma once

#include <utility>

/* Owns one object and deletes it; moved, never copied. */
template <typename T> class Owner {
  public:
    explicit Owner(T *object) : object(object) {}
    Owner(Owner &&other) noexcept : object(std::exchange(other.object, nullptr)) {}
    Owner(const Owner &) = delete;
    Owner &operator=(const Owner &) = delete;
    ~Owner() {
        delete object;
    }

    T *operator->() const {
        return object;
    }
    T *get() const {
        return object;
    }

  private:
    T *object;
};

template <typename T, typename... Arguments> Owner<T> make_owner(Arguments &&...arguments) {
    return Owner<T>(new T(std::forward<Arguments>(arguments)...));
}
