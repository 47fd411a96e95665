// What load shows: its progress, and its report.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/load_figures.h"
#include "domain/load_gate.h"
#include "domain/load_plan.h"
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

// Returns what the times of a report say, and what they do not.
std::string meaning_of_latency(const LoadPlan& plan);

// Returns 3.21 ms or 1.50 s, with three digits that matter.
std::string load_time_text(std::chrono::microseconds time);

}  // namespace slotflow
