#include "cli/load_progress.h"

#include <utility>

#include <unistd.h>

namespace slotflow {

namespace {

constexpr Duration kOnTerminal{200};
constexpr Duration kElsewhere{5'000};
constexpr const char* kEraseLine = "\r\x1b[K";  // ECMA-48, section 8.3.41

// Returns the columns of the terminal that standard error is; 0 if it is none.
std::size_t terminal_of(const World& world) {
  constexpr std::size_t kUsual = 80;
  if (world.err_fd < 0 || ::isatty(world.err_fd) != 1) return 0;
  const std::size_t columns = message_columns(world);
  return columns > 0 ? columns : kUsual;
}

}  // namespace

LoadProgress::LoadProgress(const Context& context)
    : context_(context), columns_(terminal_of(context.world)), thread_([this] { work(); }) {}

LoadProgress::~LoadProgress() {
  finish();
}

Duration LoadProgress::interval() const {
  return columns_ > 0 ? kOnTerminal : kElsewhere;
}

void LoadProgress::show(const LoadMoment& moment) {
  if (context_.options.quiet) return;
  std::string text = progress_text(moment, columns_);
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(text);
  }
  changed_.notify_all();
}

void LoadProgress::finish() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  thread_.join();
  if (has_line_) context_.world.err << kEraseLine << std::flush;
}

void LoadProgress::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !waiting_.empty() || finished_; });
    if (waiting_.empty()) return;
    const std::string text = std::exchange(waiting_, "");
    lock.unlock();
    if (columns_ > 0) {
      context_.world.err << kEraseLine << text << std::flush;
      has_line_ = true;
    } else {
      context_.world.err << "slotflow-hooks: " << text << '\n' << std::flush;
    }
    lock.lock();
  }
}

}  // namespace slotflow
