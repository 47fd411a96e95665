#include "domain/schedule_json.h"

#include "domain/calendar_date.h"
#include "domain/json_input.h"

namespace slotflow {
namespace {

template <typename T>
void set_if_given(Json& json, const char* name, const std::optional<T>& value) {
  if (value) json[name] = *value;
}

DayPart day_part_of(const JsonInput& in, const char* start, const char* end) {
  const std::string start_text = in.text(start);
  const std::string end_text = in.text(end);
  return {require_time_of_day(start, start_text), require_time_of_day(end, end_text)};
}

}  // namespace

Json json_of(const AvailabilityRules& rules) {
  return Json{{"working_days", rules.working_days},
              {"work_start", time_of_day_text(rules.work.start)},
              {"work_end", time_of_day_text(rules.work.end)},
              {"meeting_durations", rules.meeting_durations}};
}

Json json_of(const RecurrenceRule& rule) {
  Json json{{"freq", to_string(rule.freq)}};
  set_if_given(json, "interval", rule.interval);
  set_if_given(json, "days", rule.days);
  set_if_given(json, "day_of_month", rule.day_of_month);
  set_if_given(json, "week", rule.week);
  set_if_given(json, "day", rule.day);
  return json;
}

Json json_of(const ScheduleOverride& schedule_override) {
  const OverrideTimes& times = schedule_override.times;
  Json json{{"id", schedule_override.id},
            {"human_id", schedule_override.human_id},
            {"type", to_string(times.type)},
            {"title", schedule_override.title},
            {"all_day", !times.part},
            {"start_date", date_text(times.start_date)},
            {"end_date", nullptr},
            {"start_time", nullptr},
            {"end_time", nullptr},
            {"recurrence", nullptr},
            {"created_at", to_iso8601(schedule_override.created_at)}};
  if (times.end_date) json["end_date"] = date_text(*times.end_date);
  if (times.part) {
    json["start_time"] = time_of_day_text(times.part->start);
    json["end_time"] = time_of_day_text(times.part->end);
  }
  if (times.recurrence) json["recurrence"] = json_of(*times.recurrence);
  return json;
}

AvailabilityRules availability_of(const Json& json) {
  const JsonInput in(json);
  AvailabilityRules rules{in.integers("working_days"), day_part_of(in, "work_start", "work_end"),
                          in.integers("meeting_durations")};
  validate(rules);
  return rules;
}

RecurrenceRule recurrence_of(const Json& json) {
  const JsonInput in(json, "recurrence");
  RecurrenceRule rule{.freq = parse_frequency(in.text("freq")),
                      .interval = in.optional_integer("interval"),
                      .days = in.optional_integers("days"),
                      .day_of_month = in.optional_integer("day_of_month"),
                      .week = in.optional_integer("week"),
                      .day = in.optional_integer("day")};
  validate(rule);
  return rule;
}

OverrideTimes override_times_of(const Json& json) {
  const JsonInput in(json);
  OverrideTimes times;
  times.type = parse_override_type(in.text("type"));
  const bool all_day = in.boolean("all_day");
  times.start_date = require_date("start_date", in.text("start_date"));
  if (const auto end = in.optional_text("end_date"))
    times.end_date = require_date("end_date", *end);
  if (!all_day) times.part = day_part_of(in, "start_time", "end_time");
  if (const Json* rule = in.find("recurrence")) times.recurrence = recurrence_of(*rule);
  validate(times);
  return times;
}

}  // namespace slotflow
