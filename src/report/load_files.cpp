#include "report/load_files.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "report/json_line.h"

namespace slotflow {

namespace {

template <typename... Values>
std::string printed(const char* format, Values... values) {
  std::array<char, 200> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(length)};
}

double deviation(const Histogram& histogram) {
  double sum = 0;
  for (const Histogram::Cell& cell : histogram.cells()) {
    const double middle = static_cast<double>((cell.first + cell.last).count()) / 2;
    sum +=
        (middle - histogram.mean()) * (middle - histogram.mean()) * static_cast<double>(cell.count);
  }
  return histogram.count() == 0 ? 0 : std::sqrt(sum / static_cast<double>(histogram.count()));
}

// 2026-03-10T14:05:00.123456Z, as RFC 3339 has it.
std::string with_microseconds(Timestamp began, std::chrono::microseconds after) {
  const auto at = began.time_since_epoch() + after;
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(at);
  std::string text = to_iso8601(Timestamp(whole));
  text.pop_back();
  return text + printed("%03d", static_cast<int>((at - whole).count())) + "Z";
}

}  // namespace

// As HdrHistogram's outputPercentileDistribution() with five ticks for each half distance.
std::string hdr_text(const Histogram& histogram) {
  constexpr double kTicks = 5;
  std::string text =
      printed("%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  const auto cells = histogram.cells();
  std::uint64_t seen = 0;
  double level = 0;  // percent, of the next line
  for (const Histogram::Cell& cell : cells) {
    seen += cell.count;
    const double reached = static_cast<double>(seen) * 100 / static_cast<double>(histogram.count());
    const auto value = std::min(cell.last, histogram.max());
    while (level <= reached && seen < histogram.count()) {
      text += printed("%12.3f %2.12f %10llu %14.2f\n", static_cast<double>(value.count()) / 1000,
                      level / 100, static_cast<unsigned long long>(seen), 100 / (100 - level));
      const double half = std::pow(2, std::floor(std::log2(100 / (100 - level))) + 1);
      level += 100 / (half * kTicks);
    }
  }
  if (histogram.count() > 0) {
    text += printed("%12.3f %2.12f %10llu\n", static_cast<double>(histogram.max().count()) / 1000,
                    1.0, static_cast<unsigned long long>(histogram.count()));
  }
  text += printed("#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", histogram.mean() / 1000,
                  deviation(histogram) / 1000);
  text += printed("#[Max     = %12.3f, Total count    = %12llu]\n",
                  static_cast<double>(histogram.max().count()) / 1000,
                  static_cast<unsigned long long>(histogram.count()));
  return text + printed("#[Buckets = %12d, SubBuckets     = %12d]\n", 24, 256);
}

std::string vegeta_line(const LoadResult& result, Timestamp began) {
  std::string out;
  JsonLine line(out);
  const auto nanoseconds = std::chrono::nanoseconds(result.latency).count();
  line.text("attack", "").number("seq", static_cast<std::int64_t>(result.number));
  line.number("code", result.status)
      .text("timestamp", with_microseconds(began, result.due))
      .number("latency", nanoseconds)
      .number("bytes_out", static_cast<std::int64_t>(result.bytes_out))
      .number("bytes_in", static_cast<std::int64_t>(result.bytes_in))
      .text("error", result.error)
      .null("body")
      .text("method", "POST")
      .text("url", *result.url)
      .null("headers");
  line.end();
  return out + "\n";
}

}  // namespace slotflow
