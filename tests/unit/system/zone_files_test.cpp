#include "system/zone_files.h"

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

TEST_CASE("zone files: what this machine has") {
  const ZoneFiles files;
  files.require();
  const Zone zone = files.find("timezone", "Australia/Lord_Howe");
  CHECK(zone.name() == "Australia/Lord_Howe");
  CHECK(zone.to_local(from_unix_seconds(1'782'864'000)).time_since_epoch() ==
        std::chrono::seconds(1'782'864'000) + std::chrono::minutes(630));
  const std::vector<std::string> names = files.names();
  CHECK(names.size() > 400);
  CHECK(std::ranges::is_sorted(names));
  for (const char* name : {"America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT", "UTC"}) {
    CAPTURE(name);
    CHECK(std::ranges::count(names, name) == 1);
    CHECK(files.find("timezone", name).name() == name);
  }
}

TEST_CASE("zone files: a name that is not known, or leaves the folder") {
  const ZoneFiles files;
  const auto refusal = [&](const std::string& name) {
    return thrown([&] { files.find("timezone", name); });
  };
  const std::string start =
      "VALIDATION_ERROR: timezone: expected an IANA time zone such as "
      "America/New_York, got ";
  CHECK(refusal("America/San_Francisco") ==
        start + "'America/San_Francisco': did you mean 'America/Los_Angeles'?");
  CHECK(refusal("europe/berlin") == start + "'europe/berlin': did you mean 'Europe/Berlin'?");
  CHECK(refusal("Mars/Olympus") == start + "'Mars/Olympus'");
  for (const char* name :
       {"", "America", "posix/UTC", "right/UTC", "localtime", "zone.tab", "tzdata.zi",
        "../zoneinfo/UTC", "Etc/../UTC", "/usr/share/zoneinfo/UTC", "UTC/", "Etc//UTC", "./UTC"}) {
    CAPTURE(name);
    CHECK(refusal(name).starts_with(start));
  }
  CHECK(refusal(std::string("UTC\0", 4)).starts_with(start));
  CHECK(refusal(std::string(100'000, 'A')).starts_with(start));
}

TEST_CASE("zone files: a machine without time zones") {
  const test::TempDir dir;
  const std::string nowhere = dir.file("none");
  const auto refusal = [](const ZoneFiles& files) { return thrown([&] { files.require(); }); };
  CHECK(refusal(ZoneFiles(nowhere)) == "IO_ERROR: cannot read time zones: there are none in " +
                                           nowhere + " | hint: install tzdata");
  CHECK(ZoneFiles(nowhere).names().empty());
  CHECK(thrown([&] { ZoneFiles(nowhere).find("timezone", "UTC"); }) ==
        "VALIDATION_ERROR: timezone: expected an IANA time zone such as America/New_York, got "
        "'UTC'");
  std::filesystem::create_directories(dir.file("America"));
  test::spit(dir.file("America/New_York"), "TZif2 and no more");
  CHECK(refusal(ZoneFiles(dir.path())) != "nothing");
}
