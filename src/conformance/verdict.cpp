#include "conformance/verdict.h"

#include <array>

#include "domain/status_text.h"

namespace slotflow {

namespace {

bool has_crashed(const Observation& o) {
  return o.refused_connection || o.health.refused_connection;
}

bool is_locked_out(const Observation& o) {
  return !o.health.accepted && !(o.limit_is_known && is_of_rate_limits(o.health.last_status));
}

// An overloaded or broken handler returns 503, too. It is a limit if waiting helped.
bool was_limited_by_503(const Observation& o) {
  return o.saw_503 && o.repetition_passed && (*o.repetition_passed || o.limit_is_known);
}

bool was_limited_by_429(const Observation& o) {
  return o.saw_429;
}

bool is_limited_now(const Observation& o) {
  return o.health.limit != 0;
}

// Once can be chance.
bool is_rejected_each_time(const Observation& o) {
  return o.rejected_before && !o.health.accepted_at_once;
}

// 5xx is an error, which other checks are about.
bool is_banned_each_time(const Observation& o) {
  return is_rejected_each_time(o) && is_client_error(o.health.first_status);
}

bool is_held_up_each_time(const Observation& o) {
  return is_rejected_each_time(o) && o.health.first_status == 0;
}

bool has_changed(const Observation& o) {
  return o.repetition_passed.value_or(false);
}

// If the only rejected request is the one that is to be rejected, its status is a verdict on it.
Judgement limited(const Observation& o, int status) {
  if (!o.failed && o.health.accepted_at_once) return {Cause::rule};
  return {o.limit_is_known ? Cause::known_limit : Cause::rate_limit, status};
}

struct Row {
  bool (*applies)(const Observation&);
  Judgement (*judgement)(const Observation&);
};

// The first row that applies decides.
constexpr std::array<Row, 8> kRows{{
    {has_crashed, [](const Observation&) { return Judgement{Cause::crash}; }},
    {is_locked_out, [](const Observation&) { return Judgement{Cause::lockout}; }},
    {was_limited_by_503, [](const Observation& o) { return limited(o, 503); }},
    {was_limited_by_429, [](const Observation& o) { return limited(o, 429); }},
    {is_limited_now, [](const Observation& o) { return limited(o, o.health.limit); }},
    {is_banned_each_time, [](const Observation&) { return Judgement{Cause::ban}; }},
    {is_held_up_each_time, [](const Observation&) { return Judgement{Cause::held_up}; }},
    {has_changed, [](const Observation&) { return Judgement{Cause::inconsistent}; }},
}};

}  // namespace

bool is_of_rate_limits(int status) {
  return status == 429 || status == 503;
}

Judgement judge(const Observation& observed) {
  for (const Row& row : kRows) {
    if (row.applies(observed)) return row.judgement(observed);
  }
  return {Cause::rule};
}

bool should_repeat(const Observation& observed, bool took_long) {
  if (has_crashed(observed) || !observed.health.accepted) return false;
  const bool may_be_limit = observed.saw_429 || observed.saw_503;
  return !observed.health.accepted_at_once || (observed.failed && (!took_long || may_be_limit));
}

}  // namespace slotflow
