#include "cli/pending_warnings.h"

#include <iterator>
#include <utility>

namespace slotflow {

PendingWarnings::PendingWarnings(const Context& context) : context_(context) {}

void PendingWarnings::add(std::string text) {
  const std::lock_guard lock(mutex_);
  added_.push_back(std::move(text));
  news_.wake();
}

pollfd PendingWarnings::awaited() const {
  if (unshown_.empty()) return {news_.fd(), POLLIN, 0};
  return {context_.world.err_fd, POLLOUT, 0};
}

void PendingWarnings::take() {
  const std::lock_guard lock(mutex_);
  news_.clear();
  std::move(added_.begin(), added_.end(), std::back_inserter(unshown_));
  added_.clear();
}

void PendingWarnings::show_ready() {
  take();
  for (auto next = unshown_.begin(); next != unshown_.end(); next = unshown_.erase(next)) {
    pollfd err{context_.world.err_fd, POLLOUT, 0};
    if (err.fd >= 0 && ::poll(&err, 1, 0) <= 0) return;
    context_.warning(*next);
  }
}

void PendingWarnings::show_all() {
  take();
  for (const std::string& text : unshown_) context_.warning(text);
  unshown_.clear();
}

}  // namespace slotflow
