#include "domain/decimals.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace slotflow {

std::string with_decimals(double value, int decimals) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string percent_text(double percent) {
  constexpr double kRounding = 1e-9;  // of what was computed
  return with_decimals(std::floor(percent * 100 + kRounding) / 100, 2) + " %";
}

}  // namespace slotflow
