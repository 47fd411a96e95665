#include "report/load_export.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

TEST_CASE("a rate becomes two whole numbers") {
  const auto text = [](double rate) {
    const WholeRate whole = whole_rate(rate);
    return std::to_string(whole.events) + "/" + std::to_string(whole.seconds);
  };
  CHECK(text(50) == "50/1");
  CHECK(text(33.3) == "333/10");
  CHECK(text(0.5) == "5/10");
  CHECK(text(7.0 / 60) == "7/60");
  CHECK(text(1.0 / 3600) == "1/3600");
  CHECK(text(3.14159) == "11310/3600");
  CHECK(text(1e-5) == "1/100000");
  CHECK(text(1e6) == "1000000/1");
}

TEST_CASE("a ramp of k6 that is not over by the end is cut there") {
  LoadExport load;
  load.plan.rate = 100;
  load.plan.duration = 5s;
  load.plan.ramp = 10s;
  load.endpoints.push_back({"http://localhost/", {}, ""});
  const std::string text = k6_script(load).text;
  CHECK(text.find(R"("target": 50,
          "duration": "5000ms")") != std::string::npos);
  CHECK(text.find("const EVENTS = 125;\n") != std::string::npos);
}

TEST_CASE("a header that occurs twice becomes one for scripts") {
  LoadExport load;
  load.plan.rate = 1;
  load.plan.count = 1;
  load.endpoints.push_back({"http://localhost/", {{"X-Two", "1"}, {"x-two", "2"}}, ""});
  CHECK(script_of_events(load).find(R"("1, 2")") != std::string::npos);
}
