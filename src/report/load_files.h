// The files that load writes: a page for people, and what other programs read.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "domain/histogram.h"
#include "domain/timestamp.h"
#include "report/load.h"

namespace slotflow {

// Returns whether the program was built with the library that draws the charts of html_of().
bool has_load_page();
// Returns a whole HTML page that loads nothing. `began`: when the measuring began.
std::string html_of(const LoadReport& report, Timestamp began);

// Returns the percentiles as HdrHistogram's plotter reads them, in milliseconds.
std::string hdr_text(const Histogram& histogram);

// One event of a load test.
struct LoadResult {
  std::uint64_t number = 0;          // from 0
  std::chrono::microseconds due{0};  // after the measuring began
  std::chrono::microseconds latency{0};
  int status = 0;     // 0: there was no response
  std::string error;  // empty if it succeeded
  std::size_t bytes_out = 0;
  std::size_t bytes_in = 0;
  std::shared_ptr<const std::string> url;  // never null
};
// Returns a line of the JSON that `vegeta report` reads.
std::string vegeta_line(const LoadResult& result, Timestamp began);

}  // namespace slotflow
