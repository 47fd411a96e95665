// Answers questions about time zones and slots, for tests in Python that compute the same with
// zoneinfo. Each line of standard input is a JSON object, each line of standard output its answer:
//   {"zone", "utc": [MS...]}              the local times
//   {"zone", "local": [MS...]}            the times that clocks show them at, or null
//   {"zone", "rules", "overrides", "booked": [[MS, MS]...], "date_from", "date_to", "duration"}
//                                         the starts of the free slots
#include <iostream>
#include <string>
#include <vector>

#include "domain/calendar_date.h"
#include "domain/json.h"
#include "domain/slots.h"
#include "system/zone_files.h"

using namespace slotflow;

namespace {

Timestamp to_time(const Json& value) {
  return Timestamp(std::chrono::milliseconds(value.get<std::int64_t>()));
}

DayPart to_part(const Json& start, const Json& end) {
  return {require_time_of_day("start", start.get<std::string>()),
          require_time_of_day("end", end.get<std::string>())};
}

template <typename T>
std::optional<T> optional_field(const Json& object, const char* name) {
  const Json* field = find_field(object, name);
  if (field == nullptr || field->is_null()) return std::nullopt;
  return field->get<T>();
}

OverrideTimes to_times(const Json& value) {
  OverrideTimes times;
  times.type = parse_override_type(value["type"].get<std::string>());
  if (!value["all_day"].get<bool>()) times.part = to_part(value["start_time"], value["end_time"]);
  times.start_date = require_date("start_date", value["start_date"].get<std::string>());
  if (const auto end = optional_field<std::string>(value, "end_date")) {
    times.end_date = require_date("end_date", *end);
  }
  if (const auto rule = optional_field<Json>(value, "recurrence")) {
    times.recurrence = RecurrenceRule{.freq = parse_frequency((*rule)["freq"].get<std::string>()),
                                      .interval = optional_field<int>(*rule, "interval"),
                                      .days = optional_field<std::vector<int>>(*rule, "days"),
                                      .day_of_month = optional_field<int>(*rule, "day_of_month"),
                                      .week = optional_field<int>(*rule, "week"),
                                      .day = optional_field<int>(*rule, "day")};
  }
  validate(times);
  return times;
}

Json answer_to(const Json& question) {
  const Zone zone = ZoneFiles().find("zone", question["zone"].get<std::string>());
  Json answer = Json::array();
  if (const Json* times = find_field(question, "utc")) {
    for (const Json& t : *times) {
      answer.push_back(zone.to_local(to_time(t)).time_since_epoch().count());
    }
    return answer;
  }
  if (const Json* times = find_field(question, "local")) {
    for (const Json& t : *times) {
      const auto at = zone.to_utc(LocalTime(to_time(t).time_since_epoch()));
      answer.push_back(at ? Json(unix_milliseconds(*at)) : Json());
    }
    return answer;
  }
  const Json& rules = question["rules"];
  Schedule schedule{zone,
                    {rules["working_days"].get<std::vector<int>>(),
                     to_part(rules["work_start"], rules["work_end"]),
                     rules["meeting_durations"].get<std::vector<int>>()},
                    {}};
  validate(schedule.rules);
  for (const Json& value : question["overrides"]) schedule.overrides.push_back(to_times(value));
  std::vector<TimeSpan> booked;
  for (const Json& span : question["booked"]) {
    booked.push_back({to_time(span[0]), to_time(span[1])});
  }
  const DateRange range = parse_date_range(question["date_from"].get<std::string>(),
                                           question["date_to"].get<std::string>());
  const std::chrono::minutes duration(question["duration"].get<int>());
  for (const TimeSpan& slot : free_slots(schedule, range, duration, std::move(booked))) {
    answer.push_back(unix_milliseconds(slot.start));
  }
  return answer;
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    try {
      std::cout << answer_to(Json::parse(line)).dump() << std::endl;
    } catch (const std::exception& error) {
      std::cout << Json(error.what()).dump() << std::endl;
    }
  }
  return 0;
}
