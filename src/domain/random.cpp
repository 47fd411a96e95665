#include "domain/random.h"

#include <cstddef>

namespace slotflow {
namespace {

constexpr std::uint64_t kGoldenGamma = 0x9e3779b97f4a7c15U;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// Writes the last `count` hexadecimal digits of `value` over those at `position`.
void put(std::string& text, std::size_t position, std::size_t count, std::uint64_t value) {
  for (std::size_t i = count; i > 0; --i, value >>= 4U) {
    text[position + i - 1] = "0123456789abcdef"[value & 0xfU];
  }
}

}  // namespace

Random Random::for_item(std::uint64_t seed, std::uint64_t index) {
  // Mixed twice: states that differ by a multiple of the gamma would share their draws, one
  // position apart.
  return Random(mix(mix(seed + kGoldenGamma) ^ mix(~index)));
}

std::uint64_t Random::next() {
  state_ += kGoldenGamma;
  return mix(state_);
}

std::uint64_t Random::below(std::uint64_t bound) {
  // The remainder of 2^64 would favour small results; draws within it are thrown away.
  const std::uint64_t unfair = (0 - bound) % bound;
  std::uint64_t draw = next();
  while (draw < unfair) draw = next();
  return draw % bound;
}

double Random::unit() {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

std::string Random::uuid() {
  std::string text;
  append_uuid(text);
  return text;
}

void Random::append_uuid(std::string& text) {
  // RFC 9562, section 5.4: four bits of version, two of variant.
  const std::uint64_t high = (next() & ~0xf000ULL) | 0x4000U;
  const std::uint64_t low = (next() & ~(3ULL << 62U)) | (2ULL << 62U);
  const std::size_t begin = text.size();
  text += "00000000-0000-0000-0000-000000000000";
  put(text, begin, 8, high >> 32U);
  put(text, begin + 9, 4, high >> 16U);
  put(text, begin + 14, 4, high);
  put(text, begin + 19, 4, low >> 48U);
  put(text, begin + 24, 12, low);
}

}  // namespace slotflow
