#include "report/load.h"

#include <doctest/doctest.h>

#include "domain/json.h"

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

LoadFigures usual_figures() {
  LoadFigures figures;
  for (int i = 1; i <= 1'200; ++i) {
    const std::chrono::microseconds due = i * 2ms;
    Reply reply;
    reply.result = Response{.status = i % 100 == 0 ? 503 : 200, .headers = {}, .body = ""};
    if (i == 7) reply.result = Failure{FailureKind::connection_reset, "\x1b[31mreset"};
    figures.start(due);
    figures.add_start_delay(i == 9 ? 12ms : 0ms);
    figures.end({due, due, due + std::chrono::microseconds(i * 100), &reply});
  }
  figures.drop(3s);
  return figures;
}

LoadReport usual_report(const LoadFigures& figures) {
  LoadReport report;
  report.event = "booking.confirmed";
  report.urls = {"http://127.0.0.1:3000/"};
  report.plan.rate = 500;
  report.plan.duration = 10s;
  report.timeout = 10s;
  report.seed = 7;
  report.elapsed = 10s;
  report.rate = {500.0, 499.9};
  report.figures = &figures;
  report.gates = {{"p99<200ms", "118.784 ms", true}, {"success>=99.9%", "98.91 %", false}};
  return report;
}

}  // namespace

TEST_CASE("load report: the text for people") {
  const LoadFigures figures = usual_figures();
  LoadReport report = usual_report(figures);
  report.warnings = {"this machine is too busy"};
  CHECK(text_of(report, {}) ==
        R"(booking.confirmed to http://127.0.0.1:3000/
500.0/s for 10s

Started      1,200, 499.9/s of 500.0/s asked
Late         1, over 10.0 ms after they were due
Dropped      1, never sent
Answered     1,199   200: 1,187  503: 12
Errors       connection_reset: 1, the first after 14.0 ms (\x1b[31mreset)
Succeeded    1,187, 98.83 %

                  Latency    Service time
Min               0.10 ms         0.10 ms
Mean              60.1 ms         60.1 ms
p50               60.2 ms         60.2 ms
p90                109 ms          109 ms
p95                114 ms          114 ms
p99                119 ms          119 ms
p99.9              120 ms          120 ms
Max                120 ms          120 ms
Latency counts from the moment an event was due, so a stall of the endpoint
shows. Service time counts from the moment it was sent.

Latency            Events
<= 0.10 ms              1  #
<= 0.20 ms              1  #
<= 0.50 ms              3  #
<= 1.00 ms              4  #
<= 2.00 ms             10  #
<= 5.00 ms             30  ###
<= 10.0 ms             50  ####
<= 20.0 ms            100  ########
<= 50.0 ms            301  ########################
<= 100 ms             502  ########################################
<= 200 ms             197  ################

Gate         met  p99<200ms, measured 118.784 ms
Gate         not met  success>=99.9%, measured 98.91 %

About this run: this machine is too busy
)");
}

TEST_CASE("load report: nothing was measured") {
  const LoadFigures nothing;
  LoadReport report;
  report.event = "booking.cancelled";
  report.urls = {"http://a/", "http://b/"};
  report.plan.concurrency = 4;
  report.plan.count = 10;
  report.figures = &nothing;
  report.gates = {{"p99<1s", "", false}};
  CHECK(text_of(report, {}) == R"(booking.cancelled to http://a/, http://b/
4 at a time, 10 events

Started      0
Answered     0
Succeeded    0, -

Gate         not met  p99<1s, nothing was measured
)");
  const Json json = *try_parse_json(json_of(report));
  CHECK(json["latency_ms"]["p99"].is_null());
  CHECK(json["rate_asked"].is_null());
  CHECK(json["settings"]["concurrency"] == 4);
}

TEST_CASE("load report: the JSON object") {
  const LoadFigures figures = usual_figures();
  const std::string line = json_of(usual_report(figures));
  CHECK(line.ends_with("}\n"));
  const Json json = *try_parse_json(line);
  CHECK(json["type"] == "load");
  CHECK(json["schema"] == 1);
  CHECK(json["asked"] == 1201);
  CHECK(json["dropped"] == 1);
  CHECK(json["statuses"] == Json{{"200", 1187}, {"503", 12}});
  CHECK(json["errors"]["connection_reset"] ==
        Json{{"count", 1}, {"first_at_ms", 14.0}, {"example", "\x1b[31mreset"}});
  CHECK(json["latency_ms"]["max"] == 120.0);
  CHECK(json["gates"][1] ==
        Json{{"gate", "success>=99.9%"}, {"measured", "98.91 %"}, {"met", false}});
  CHECK(json["settings"]["seed"] == 7);
  CHECK(line.find("\x1b") == std::string::npos);
}

TEST_CASE("load report: times have three digits that matter") {
  CHECK(load_time_text(0us) == "0.00 ms");
  CHECK(load_time_text(7us) == "0.01 ms");
  CHECK(load_time_text(1234us) == "1.23 ms");
  CHECK(load_time_text(12'345us) == "12.3 ms");
  CHECK(load_time_text(123'456us) == "123 ms");
  CHECK(load_time_text(1'234'567us) == "1.23 s");
  CHECK(load_time_text(12'345'678us) == "12.3 s");
}

TEST_CASE("load progress: a line, and a bar that is not wider than the terminal") {
  LoadMoment moment;
  moment.elapsed = 4'200ms;
  moment.part_done = 0.42;
  moment.started = 2'100;
  moment.rate = 500;
  moment.in_flight = 3;
  moment.failed = 1;
  moment.p99 = 12'345us;
  CHECK(progress_text(moment, 0) ==
        "2,100 started, 4.20 s  500.0/s  3 in flight  1 failed  p99 12.3 ms");
  CHECK(progress_text(moment, 80) ==
        "[######----------] 4.20 s  500.0/s  3 in flight  1 failed  p99 12.3 ms");
  CHECK(progress_text(moment, 40).size() < 40);
  moment.is_ending = true;
  moment.dropped = 5;
  CHECK(progress_text(moment, 0) ==
        "2,100 started, 4.20 s, waiting for responses  500.0/s  3 in flight  1 failed  5 dropped  "
        "p99 12.3 ms");
  moment.is_warming_up = true;
  CHECK(progress_text(moment, 0).starts_with("2,100 started, warm-up  "));
}
