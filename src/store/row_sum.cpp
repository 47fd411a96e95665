#include "store/row_sum.h"

#include <cstddef>
#include <cstdint>

#include <sqlite3.h>

namespace slotflow {

namespace {

// It guards against accidents, not against forgery, and statistics read five million rows in a few
// seconds: OpenSSL's SHA-256 would need two more, and no library here has a faster hash.
// Each step is invertible: a change within one word always changes the sum. And each bit of a word
// changes many bits of the sum, so that other words do not undo it.
class RowSum {
 public:
  void add(std::uint64_t word) {
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;  // odd, and without a pattern
    sum_ = (sum_ ^ word) * kFactor;
    sum_ ^= sum_ >> 32;  // a factor moves bits upwards only
    sum_ *= kFactor;
    sum_ ^= sum_ >> 29;
  }

  void add(const unsigned char* bytes, std::size_t size) {
    for (; size > kWord; bytes += kWord, size -= kWord) add(word_of(bytes, kWord));
    add(word_of(bytes, size));
  }

  // Values cannot run into each other: the type and the length come first.
  void add(sqlite3_value* value) {
    constexpr int kTypeBits = 3;
    const int type = sqlite3_value_type(value);
    const bool has_bytes = type == SQLITE_TEXT || type == SQLITE_BLOB;
    const void* bytes = has_bytes ? sqlite3_value_blob(value) : nullptr;
    const auto size = static_cast<std::size_t>(has_bytes ? sqlite3_value_bytes(value) : 0);
    add(std::uint64_t{size} << kTypeBits | static_cast<std::uint64_t>(type));
    if (type == SQLITE_INTEGER) add(static_cast<std::uint64_t>(sqlite3_value_int64(value)));
    if (size > 0) add(static_cast<const unsigned char*>(bytes), size);
  }

  std::int64_t value() const { return static_cast<std::int64_t>(sum_); }

 private:
  static constexpr std::size_t kWord = 8;  // bytes
  static constexpr std::size_t kBits = 8;  // of a byte

  // The same on every machine: a history can be copied to another one. Compilers make one load of
  // it, because the size is known.
  template <std::size_t kSize>
  static std::uint64_t load(const unsigned char* bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < kSize; ++i) word |= std::uint64_t{bytes[i]} << (kBits * i);
    return word;
  }

  // Of 1 to 8 bytes. Two loads overlap, where the bits are the same.
  static std::uint64_t word_of(const unsigned char* bytes, std::size_t size) {
    constexpr std::size_t kHalf = 4;
    constexpr std::size_t kQuarter = 2;
    if (size == kWord) return load<kWord>(bytes);
    if (size >= kHalf) return overlapped<kHalf>(bytes, size);
    return size >= kQuarter ? overlapped<kQuarter>(bytes, size) : load<1>(bytes);
  }

  template <std::size_t kSize>
  static std::uint64_t overlapped(const unsigned char* bytes, std::size_t size) {
    const std::size_t second = size - kSize;
    return load<kSize>(bytes) | load<kSize>(bytes + second) << (kBits * second);
  }

  std::uint64_t sum_ = 0;
};

void sum_of(sqlite3_context* context, int count, sqlite3_value** values) {
  RowSum sum;
  for (int i = 0; i < count; ++i) sum.add(values[i]);
  sqlite3_result_int64(context, sum.value());
}

}  // namespace

int add_row_sum(sqlite3* connection) {
  constexpr int kAnyNumber = -1;  // of arguments
  // Innocuous: what is in a file that is not trusted may call it.
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  return sqlite3_create_function(connection, "history_sum", kAnyNumber, kFlags, nullptr, &sum_of,
                                 nullptr, nullptr);
}

}  // namespace slotflow
