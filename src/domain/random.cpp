#include "domain/random.h"

namespace slotflow {
namespace {

constexpr std::uint64_t kGoldenGamma = 0x9e3779b97f4a7c15U;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

Random Random::for_item(std::uint64_t seed, std::uint64_t index) {
  // Mixed twice: states that differ by a multiple of the gamma would have the same numbers, shifted
  // by a position.
  return Random(mix(mix(seed + kGoldenGamma) ^ mix(~index)));
}

std::uint64_t Random::next() {
  state_ += kGoldenGamma;
  return mix(state_);
}

std::uint64_t Random::below(std::uint64_t bound) {
  // The remainder of 2^64 would favour small results; numbers below it are skipped. It is smaller
  // than the bound, so that most numbers are known not to be below it without a division.
  std::uint64_t number = next();
  while (number < bound && number < (0 - bound) % bound) number = next();
  return number % bound;
}

double Random::unit() {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

std::string Random::uuid() {
  const UuidText text = uuid_text();
  return {text.begin(), text.end()};
}

UuidText Random::uuid_text() {
  const std::uint64_t high = next();
  return slotflow::uuid_text(high, next());
}

}  // namespace slotflow
