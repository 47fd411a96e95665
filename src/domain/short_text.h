// A text that is put together without allocating memory.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace slotflow {

// Has at most `capacity` bytes. append() throws std::length_error if there are more.
template <std::size_t capacity>
class ShortText {
 public:
  void append(std::string_view part) {
    if (part.size() > capacity - size_) throw std::length_error("ShortText");
    std::memcpy(bytes_.data() + size_, part.data(), part.size());
    size_ += part.size();
  }
  // Appends it in decimal digits.
  void append(std::size_t number) {
    const auto [end, error] =
        std::to_chars(bytes_.data() + size_, bytes_.data() + capacity, number);
    if (error != std::errc()) throw std::length_error("ShortText");
    size_ = static_cast<std::size_t>(end - bytes_.data());
  }
  template <std::size_t size>
  void append(const std::array<char, size>& part) {
    append(std::string_view(part.data(), size));
  }

  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, capacity> bytes_;
  std::size_t size_ = 0;
};

}  // namespace slotflow
