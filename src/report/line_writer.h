// Whole texts on a stream that threads share and a reader may leave.
#pragma once

#include <exception>
#include <mutex>
#include <ostream>
#include <string_view>

namespace slotflow {

// Thread safe. Each text is written in one piece and flushed. Never throws, not even for a stream
// that is set to: a reader that left (`listen | head`) must not end what is still being received.
class LineWriter {
 public:
  explicit LineWriter(std::ostream& out) : out_(out) {}

  void write(std::string_view text) noexcept {
    const std::lock_guard lock(mutex_);
    try {
      out_.write(text.data(), static_cast<std::streamsize>(text.size()));
      out_.flush();
    } catch (const std::exception&) {
      // The stream keeps its state: who needs to know asks it.
    }
  }

 private:
  std::mutex mutex_;
  std::ostream& out_;  // guarded by mutex_
};

}  // namespace slotflow
