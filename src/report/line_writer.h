// Writes whole texts to a stream that threads share and whose reader may go away.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <mutex>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// Thread-safe. Each text is written in one piece and flushed. Never throws, not even if the stream
// does: if a reader goes away (`listen | head`), receiving must go on.
class LineWriter {
 public:
  explicit LineWriter(std::ostream& out) : out_(out) {}

  // Returns how many bytes were written: all of them, or fewer if the stream fails.
  std::size_t write(std::string_view text) noexcept {
    const std::lock_guard lock(mutex_);
    std::size_t written = 0;
    try {
      if (!out_.good()) return 0;
      const auto size = static_cast<std::streamsize>(text.size());
      const std::streamsize taken = out_.rdbuf()->sputn(text.data(), size);
      if (taken != size) {
        written = static_cast<std::size_t>(taken);
        out_.setstate(std::ios::badbit);
      }
      out_.flush();
      if (out_.good()) written = text.size();
    } catch (const std::exception&) {
      // The stream keeps its state, which the caller can ask for.
    }
    return written;
  }

  // Writes the texts that `append(text, item)` makes of `items`, many with one write, but not much
  // more than kPending bytes. Returns how many of the items were written whole.
  template <class Item, class Append>
  std::size_t write_each(std::span<const Item> items, Append append) {
    std::string text;
    std::vector<std::size_t> ends;  // of each item in `text`
    std::size_t whole = 0;
    if (failed()) return 0;
    for (const Item& item : items) {
      append(text, item);
      ends.push_back(text.size());
      if (text.size() < kPending && &item != &items.back()) continue;
      const std::size_t written = write(text);
      whole += static_cast<std::size_t>(std::ranges::upper_bound(ends, written) - ends.begin());
      if (written < text.size()) break;
      text.clear();
      ends.clear();
    }
    return whole;
  }

 private:
  static constexpr std::size_t kPending = 1024 * 1024;

  bool failed() {
    const std::lock_guard lock(mutex_);
    return !out_.good();
  }

  std::mutex mutex_;
  std::ostream& out_;  // guarded by mutex_
};

}  // namespace slotflow
