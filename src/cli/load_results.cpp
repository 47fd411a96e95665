#include "cli/load_results.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>

#include "domain/error.h"
#include "report/phrases.h"
#include "system/uninterrupted.h"
#include "system/unique_fd.h"

namespace slotflow {

std::size_t memory_of(const LoadResult& result) {
  return sizeof(LoadResult) + result.error.size();
}

namespace {

UniqueFd opened(const std::string& path) {
  constexpr int kReplace = O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC;
  UniqueFd fd(uninterrupted([&] { return ::open(path.c_str(), kReplace, 0666); }));
  if (fd) return fd;
  throw Error(ErrorCode::io_error, "--results: cannot write " + path + ": " + std::strerror(errno),
              "", "--results");
}

}  // namespace

LoadResults::LoadResults(std::string path, const Interrupt& interrupt)
    : path_(std::move(path)),
      patience_(interrupt),
      file_(opened(path_), patience_),
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
