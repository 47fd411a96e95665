#include <algorithm>
#include <array>
#include <cmath>

#include "domain/decimals.h"
#include "domain/text.h"
#include "report/display_width.h"
#include "report/escape.h"
#include "report/load.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

// In columns.
constexpr std::size_t kLabelColumns = 13;
constexpr std::size_t kNumber = 12;
constexpr std::size_t kLongestBar = 40;

std::size_t width_of(const Style& style) {
  constexpr std::size_t kUsual = 80;
  return style.columns == 0 ? kUsual : style.columns;
}

// 12345: 12,345.
std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string per_second_text(double rate) {
  return with_decimals(rate, rate < 0.1 ? 5 : rate < 10 ? 2 : rate < 1000 ? 1 : 0) + "/s";
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return percent_text(static_cast<double>(part) * 100 / static_cast<double>(whole));
}

std::string right(const std::string& text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns - std::min(columns, width), ' ') + text;
}

std::string left(const std::string& text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return text + std::string(columns - std::min(columns, width), ' ');
}

std::string line(const std::string& label, const std::string& text) {
  return left(label, kLabelColumns) + text + '\n';
}

std::string how(const LoadReport& report) {
  const LoadPlan& plan = report.plan;
  std::string text = plan.is_open() ? per_second_text(*plan.rate)
                                    : std::to_string(plan.concurrency) + " at a time";
  if (plan.duration) text += " for " + to_string(*plan.duration);
  if (plan.count) text += ", " + counted(*plan.count, "event", "events");
  if (plan.ramp.count() > 0) text += ", ramp of " + to_string(plan.ramp);
  if (plan.warmup.count() > 0) text += ", after a warm-up of " + to_string(plan.warmup);
  return text;
}

std::string statuses_text(const LoadFigures& figures) {
  std::string text;
  for (const auto& [status, count] : figures.statuses()) {
    text += (text.empty() ? "" : "  ") + std::to_string(status) + ": " + with_commas(count);
  }
  return text;
}

std::string errors_text(const LoadFigures& figures, const Style& style) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& [kind, error] : figures.errors()) {
    ++shown;
    std::string what = std::string(to_string(kind)) + ": " + with_commas(error.count) +
                       ", the first after " + load_time_text(error.first_at);
    if (!error.example.empty()) what += " (" + safe_excerpt(error.example, 100) + ")";
    text += style.red(left(shown == 1 ? "Errors" : "", kLabelColumns) + what) + '\n';
  }
  return text;
}

std::string counts_text(const LoadReport& report, const Style& style) {
  const LoadFigures& figures = *report.figures;
  std::string started = with_commas(figures.started());
  if (report.rate.reached > 0) {
    started += ", " + per_second_text(report.rate.reached);
    if (report.rate.asked) started += " of " + per_second_text(*report.rate.asked) + " asked";
  }
  std::string text = line("Started", started);
  const std::string limit = load_time_text(kLateStart);
  if (figures.late() > 0) {
    text += line("Late", with_commas(figures.late()) + ", over " + limit + " after they were due");
  }
  if (figures.dropped() > 0) {
    text += style.red(line("Dropped", with_commas(figures.dropped()) + ", never sent"));
  }
  const std::string statuses = statuses_text(figures);
  text += line("Answered",
               with_commas(figures.answered()) + (statuses.empty() ? "" : "   " + statuses));
  text += errors_text(figures, style);
  if (figures.unfinished() > 0) {
    text += line("In flight", with_commas(figures.unfinished()) + " at the end");
  }
  const std::string success =
      line("Succeeded", with_commas(figures.succeeded()) + ", " +
                            share_text(figures.succeeded(), figures.asked()));
  return text + (figures.succeeded() == figures.asked() ? success : style.red(success));
}

std::string row(const std::string& label, std::chrono::microseconds latency,
                std::chrono::microseconds service) {
  return left(label, kLabelColumns) + right(load_time_text(latency), kNumber) +
         right(load_time_text(service), kNumber + 4) + '\n';
}

std::string times_text(const LoadReport& report, const Style& style) {
  const Histogram& latency = report.figures->latency();
  const Histogram& service = report.figures->service();
  if (latency.count() == 0) return "";
  const auto mean = [](const Histogram& histogram) {
    return std::chrono::microseconds(std::llround(histogram.mean()));
  };
  std::string text = '\n' +
                     style.bold(left("", kLabelColumns) + right("Latency", kNumber) +
                                right("Service time", kNumber + 4)) +
                     '\n';
  text += row("Min", latency.min(), service.min()) + row("Mean", mean(latency), mean(service));
  constexpr std::array<std::pair<const char*, double>, 5> kRows{
      {{"p50", 50}, {"p90", 90}, {"p95", 95}, {"p99", 99}, {"p99.9", 99.9}}};
  for (const auto& [name, percent] : kRows) {
    text += row(name, latency.percentile(percent), service.percentile(percent));
  }
  text += row("Max", latency.max(), service.max());
  return text + style.dim(wrapped(meaning_of_latency(report.plan), width_of(style), 0)) + '\n';
}

// Bars for 1, 2, 5, 10, ... of a millisecond, over the values that there are.
std::string histogram_text(const Histogram& histogram) {
  if (histogram.count() == 0) return "";
  std::vector<std::pair<std::chrono::microseconds, std::uint64_t>> bars;  // up to, and how many
  std::int64_t decade = 10;
  std::size_t step = 0;
  constexpr std::array<std::int64_t, 3> kSteps{1, 2, 5};
  auto limit = std::chrono::microseconds(decade);
  std::uint64_t count = 0;
  const auto end_bar = [&] {
    if (count > 0 || !bars.empty()) bars.emplace_back(limit, count);
    count = 0;
    if (++step == kSteps.size()) {
      step = 0;
      decade *= 10;
    }
    limit = std::chrono::microseconds(decade * kSteps[step]);
  };
  for (const Histogram::Cell& cell : histogram.cells()) {
    while (cell.first > limit) end_bar();
    count += cell.count;
  }
  end_bar();
  std::uint64_t most = 0;
  for (const auto& bar : bars) most = std::max(most, bar.second);
  std::string text = "\n" + left("Latency", kLabelColumns) + right("Events", kNumber) + '\n';
  for (const auto& [upto, events] : bars) {
    const std::size_t length = static_cast<std::size_t>(
        std::ceil(static_cast<double>(events) * kLongestBar / static_cast<double>(most)));
    std::string bar_line =
        left("<= " + load_time_text(upto), kLabelColumns) + right(with_commas(events), kNumber);
    if (length > 0) bar_line += "  " + std::string(length, '#');
    text += bar_line + '\n';
  }
  return text;
}

std::string gates_text(const LoadReport& report, const Style& style) {
  std::string text;
  for (const LoadGateResult& gate : report.gates) {
    const std::string measured =
        gate.measured.empty() ? "nothing was measured" : "measured " + gate.measured;
    const std::string what =
        (gate.met ? "met" : "not met") + std::string("  ") + safe_line(gate.gate) + ", " + measured;
    text += left("Gate", kLabelColumns) + (gate.met ? style.green(what) : style.red(what)) + '\n';
  }
  return text.empty() ? "" : '\n' + text;
}

}  // namespace

std::string meaning_of_latency(const LoadPlan& plan) {
  if (plan.is_open()) {
    return "Latency counts from the moment an event was due, so a stall of the endpoint shows. "
           "Service time counts from the moment it was sent.";
  }
  return "Each event waited for the response to another one (--concurrency): a stall of the "
         "endpoint delayed the events after it, and their latency does not show that. --rate "
         "does.";
}

std::string load_time_text(std::chrono::microseconds time) {
  const double milliseconds = static_cast<double>(time.count()) / 1000;
  if (milliseconds >= 1000) {
    return with_decimals(milliseconds / 1000, milliseconds < 10'000 ? 2 : 1) + " s";
  }
  const int decimals = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0;
  return with_decimals(milliseconds, decimals) + " ms";
}

std::string text_of(const LoadReport& report, const Style& style) {
  std::vector<std::string> urls;
  for (const std::string& url : report.urls) urls.push_back(safe_line(url));
  std::string text = style.bold(safe_line(report.event)) + " to " + joined(urls, ", ") + '\n';
  text += how(report) + "\n\n" + counts_text(report, style) + times_text(report, style);
  text += histogram_text(report.figures->latency()) + gates_text(report, style);
  for (const std::string& warning : report.warnings) {
    const std::string what = "About this run: " + safe_line(warning);
    text += '\n' + style.yellow(wrapped(what, width_of(style), 0)) + '\n';
  }
  return text;
}

std::string progress_text(const LoadMoment& moment, std::size_t columns) {
  std::string text = load_time_text(moment.elapsed);
  if (moment.is_warming_up) {
    text = "warm-up";
  } else if (moment.is_ending) {
    text += ", waiting for responses";
  }
  text += "  " + per_second_text(moment.rate) + "  " + with_commas(moment.in_flight) +
          " in flight  " + with_commas(moment.failed) + " failed";
  if (moment.dropped > 0) text += "  " + with_commas(moment.dropped) + " dropped";
  if (moment.p99) text += "  p99 " + load_time_text(*moment.p99);
  if (columns == 0) return with_commas(moment.started) + " started, " + text;
  constexpr std::size_t kBar = 16;
  if (moment.part_done && text.size() + kBar + 3 < columns) {
    const auto done = static_cast<std::size_t>(*moment.part_done * kBar);
    text.insert(0, "[" + std::string(done, '#') + std::string(kBar - done, '-') + "] ");
  }
  return text.substr(0, columns - 1);
}

}  // namespace slotflow
