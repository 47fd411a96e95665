#include "domain/schedule_override.h"

#include "domain/calendar_date.h"
#include "domain/invalid_field.h"

namespace slotflow {

OverrideType parse_override_type(std::string_view name) {
  return require_name<OverrideType>("type", kOverrideTypeNames, name);
}

bool OverrideTimes::applies_on(Date date) const {
  if (date < start_date) return false;
  if (recurrence) {
    return (!end_date || date <= *end_date) && recurrence->selects(date, start_date);
  }
  return date <= end_date.value_or(start_date);
}

void validate(const OverrideTimes& times) {
  if (times.end_date && *times.end_date < times.start_date) {
    throw_invalid("end_date", "a date not before " + date_text(times.start_date),
                  date_text(*times.end_date));
  }
  if (times.part) require_order("end_time", *times.part);
  if (times.recurrence) validate(*times.recurrence);
}

}  // namespace slotflow
