#include "cli/load_results.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "cli/report_file.h"
#include "report/phrases.h"

namespace slotflow {

std::size_t memory_of(const LoadResult& result) {
  return sizeof(LoadResult) + result.error.size();
}

LoadResults::LoadResults(std::string path, const Interrupt& interrupt)
    : path_(std::move(path)),
      patience_(interrupt),
      file_(open_report("--results", path_, OldContent::goes, interrupt), patience_),
      out_(&file_),
      queue_([this](std::span<const LoadResult> results) { return write(results); }) {}

void LoadResults::add(LoadResult result) {
  result.number = next_++;
  queue_.push(std::move(result));
}

std::size_t LoadResults::write(std::span<const LoadResult> results) {
  std::string lines;
  for (const LoadResult& result : results) lines += vegeta_line(result, began_);
  out_ << lines << std::flush;
  return out_ ? results.size() : 0;
}

std::string LoadResults::finish() {
  patience_.hurry();
  queue_.close();
  const std::uint64_t missing = queue_.not_shown();
  if (missing == 0) return "";
  const int error = file_.error();
  return counted(missing, "result is", "results are") + " missing in " + path_ + " (--results): " +
         (error == 0 ? "it was not written fast enough" : std::generic_category().message(error));
}

void LoadResults::expect_written() const {
  const int error = file_.error();
  if (error == 0 || error == EPIPE) return;
  refuse_report("--results", path_, std::generic_category().message(error));
}

}  // namespace slotflow
