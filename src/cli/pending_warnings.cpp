#include "cli/pending_warnings.h"

#include <cerrno>
#include <cstdint>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace slotflow {

PendingWarnings::PendingWarnings(const Context& context)
    : context_(context), news_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!news_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void PendingWarnings::add(std::string text) {
  const std::lock_guard lock(mutex_);
  added_.push_back(std::move(text));
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(news_.get(), &one, sizeof one);
}

pollfd PendingWarnings::awaited() const {
  if (unshown_.empty()) return {news_.get(), POLLIN, 0};
  return {context_.world.err_fd, POLLOUT, 0};
}

void PendingWarnings::take() {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(news_.get(), &count, sizeof count);
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
