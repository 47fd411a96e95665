#include "domain/load_gate.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

// 1,000 events, of which 5 get 500: latencies from 1 to 1,000 ms, sent 1 ms late.
LoadFigures usual_figures() {
  LoadFigures figures;
  for (int i = 1; i <= 1'000; ++i) {
    Reply reply;
    reply.result = Response{.status = i % 200 == 0 ? 500 : 200, .headers = {}, .body = ""};
    figures.start(0ms);
    figures.add_start_delay(1ms);
    figures.end({0ms, 1ms, std::chrono::milliseconds(i), &reply});
  }
  return figures;
}

LoadGateResult judge(const std::string& gate, const LoadRate& rate = {500.0, 495.5}) {
  return LoadGate("--gate", gate).judge(usual_figures(), rate);
}

}  // namespace

TEST_CASE("load_gate: each metric is measured, and compared") {
  struct Row {
    const char* gate;
    const char* measured;
    bool met;
  };
  const Row rows[] = {
      {"max<2s", "1.000 s", true},
      {"max<=1s", "1.000 s", true},
      {"max<1s", "1.000 s", false},
      {"min<=1ms", "1.000 ms", true},
      {"min>1ms", "1.000 ms", false},
      {"min >= 1000us", "1.000 ms", true},
      {"mean<501ms", "500.500 ms", true},
      {"service.max<=999ms", "999.000 ms", true},
      {"success>=99.5%", "99.50 %", true},
      {"success>99.5%", "99.50 %", false},
      {"rate>=99%", "99.10 % (495.5/s)", true},
      {"rate>=99.2%", "99.10 % (495.5/s)", false},
      {"rate>=495.5", "495.5/s", true},
      {"rate>500/s", "495.5/s", false},
      {"errors<1", "0", true},
      {"failed<5", "5", false},
      {"failed<=5", "5", true},
      {"dropped<1", "0", true},
      {"late<1", "0", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.gate);
    const LoadGateResult result = judge(row.gate);
    CHECK(result.gate == row.gate);
    CHECK(result.measured == row.measured);
    CHECK(result.met == row.met);
  }
  CHECK(judge("p50<506ms").met);
  CHECK_FALSE(judge("p99<989ms").met);
  CHECK(judge("p99.9<=1s").met);
  CHECK(judge("p999<=1s").met);
}

TEST_CASE("load_gate: what was not measured is not met") {
  const LoadFigures nothing;
  for (const char* text : {"p99<60m", "max<1s", "success>=0%", "errors<1", "failed<1", "rate>=0"}) {
    CAPTURE(text);
    const LoadGateResult result = LoadGate("--gate", text).judge(nothing, {});
    CHECK_FALSE(result.met);
    CHECK(result.measured.empty());
  }
  // Only refused connections: there is no latency.
  LoadFigures refused;
  Reply reply;
  reply.result = Failure{FailureKind::connection_refused, ""};
  refused.start(0ms);
  refused.end({0ms, 0ms, 1ms, &reply});
  CHECK_FALSE(LoadGate("--gate", "p99<1s").judge(refused, {}).met);
  CHECK(LoadGate("--gate", "errors<1").judge(refused, {}).measured == "1");
  CHECK(LoadGate("--gate", "success<1%").judge(refused, {}).met);
}

TEST_CASE("load_gate: other texts are refused") {
  const std::string form =
      "USAGE: --gate: expected a gate such as 'p99<200ms', 'success>=99.9%', 'rate>=99%', "
      "'errors<5' or "
      "'service.p99<50ms', got ";
  for (const char* text : {"",
                           "p99",
                           "<200ms",
                           "p99<",
                           "p99<200",
                           "p99=200ms",
                           "p99<200h",
                           "p99<-1ms",
                           "p99<nanms",
                           "p99<infms",
                           "p98<1s",
                           "success>=99.9",
                           "success>99ms",
                           "rate>=99x",
                           "errors<5%",
                           "errors<1ms",
                           "service.errors<5",
                           "service.success>1%",
                           "p99<<1s",
                           "p99<1s<2s",
                           "p99<1ss",
                           "p99<1e400ms"}) {
    CAPTURE(text);
    CHECK(thrown([&] { LoadGate("--gate", text); }) == form + "'" + std::string(text) + "'");
  }
  CHECK(LoadGate("--gate", "rate>=99%").needs_rate());
  CHECK_FALSE(LoadGate("--gate", "rate>=99").needs_rate());
}
