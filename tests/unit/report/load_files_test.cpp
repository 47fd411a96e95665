#include "report/load_files.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

TEST_CASE("load results: a line that vegeta reads") {
  LoadResult result;
  result.number = 3;
  result.due = 1'500'250us;
  result.latency = 12'345us;
  result.status = 500;
  result.error = "500 Internal Server Error";
  result.bytes_out = 450;
  result.bytes_in = 2;
  result.url = std::make_shared<const std::string>("http://a/");
  const Timestamp began = from_unix_seconds(1'767'225'600);
  CHECK(vegeta_line(result, began) ==
        R"({"attack":"","seq":3,"code":500,"timestamp":"2026-01-01T00:00:01.500250Z",)"
        R"("latency":12345000,"bytes_out":450,"bytes_in":2,"error":"500 Internal Server Error",)"
        R"("body":null,"method":"POST","url":"http://a/","headers":null})"
        "\n");
}

TEST_CASE("load percentiles: as HdrHistogram prints them") {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(std::chrono::microseconds(i));
  CHECK(
      hdr_text(histogram).starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n"
                                      "\n"
                                      "       0.001 0.000000000000          1           1.00\n"
                                      "       0.010 0.100000000000         10           1.11\n"
                                      "       0.020 0.200000000000         20           1.25\n"
                                      "       0.030 0.300000000000         30           1.43\n"
                                      "       0.040 0.400000000000         40           1.67\n"
                                      "       0.050 0.500000000000         50           2.00\n"
                                      "       0.055 0.550000000000         55           2.22\n"));
  CHECK(
      hdr_text(histogram).ends_with("       0.100 1.000000000000        100\n"
                                    "#[Mean    =        0.051, StdDeviation   =        0.029]\n"
                                    "#[Max     =        0.100, Total count    =          100]\n"
                                    "#[Buckets =           24, SubBuckets     =          256]\n"));
  CHECK(hdr_text({}).find("Total count    =            0") != std::string::npos);
}

TEST_CASE("load page: its data is text, whatever the endpoint says") {
  if (!has_load_page()) return;
  LoadFigures figures;
  Reply reply;
  reply.result = Failure{FailureKind::bad_response, "</script><script>alert(1)</script>\u2028"};
  figures.start(0us);
  figures.add_start_delay(0us);
  figures.end({0us, 0us, 1us, &reply});
  LoadReport report;
  report.plan.rate = 1;
  report.figures = &figures;
  report.urls = {"http://a/<!--"};
  const std::string page = html_of(report, from_unix_seconds(1'767'225'600));
  CHECK(page.find("<script>alert") == std::string::npos);
  CHECK(page.find("<!--") == std::string::npos);
  CHECK(page.find("\\u003c/script>\\u003cscript>alert(1)") != std::string::npos);
  CHECK(page.find("http:") < page.find("\\u003c!--"));
  for (const char* left : {"@style@", "@report@", "@chart@", "@script@"}) {
    CHECK(page.find(left) == std::string::npos);
  }
}
