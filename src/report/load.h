// What load shows: its progress, and its report.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/load_figures.h"
#include "domain/load_gate.h"
#include "domain/load_plan.h"
#include "domain/timestamp.h"
#include "report/style.h"

namespace slotflow {

struct LoadReport {
  std::string event;              // its name
  std::vector<std::string> urls;  // of the endpoints
  LoadPlan plan;
  Duration timeout{0};
  std::optional<std::uint64_t> seed = {};  // of the bookings
  std::chrono::microseconds elapsed{0};    // how long events were started for
  LoadRate rate;
  const LoadFigures* figures = nullptr;  // never null; must outlive this object
  std::vector<LoadGateResult> gates = {};
  std::vector<std::string> warnings = {};  // about this run, not about the endpoint
};

std::string text_of(const LoadReport& report, const Style& style);
// As src/report/load.schema.json describes it.
std::string json_of(const LoadReport& report);

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

// How far a load test has come.
struct LoadMoment {
  std::chrono::microseconds elapsed{0};
  bool is_warming_up = false;
  bool is_ending = false;                // no event starts any more
  std::optional<double> part_done = {};  // from 0 to 1
  std::uint64_t started = 0;
  double rate = 0;  // starts a second since the moment before
  std::size_t in_flight = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
  std::optional<std::chrono::microseconds> p99 = {};
};

// Returns one line without its line break, with a bar if `columns` is not 0: then it is not wider.
std::string progress_text(const LoadMoment& moment, std::size_t columns);

// Returns 3.21 ms or 1.50 s, with three digits that matter.
std::string load_time_text(std::chrono::microseconds time);

}  // namespace slotflow
