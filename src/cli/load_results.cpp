#include "cli/load_results.h"

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
      file_(open_report("--results", path_, OldContent::goes), patience_),
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
  return counted(missing, "result is", "results are") + " missing in " + path_ +
         " (--results): it could not be written, or not fast enough";
}

}  // namespace slotflow
