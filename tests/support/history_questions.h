// A history with something of everything, and what the commands ask of it, as text. What is read of
// a damaged copy must be the same, or refused.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"
#include "report/history.h"
#include "store/history_reader.h"
#include "store/history_rows.h"
#include "store/history_writer.h"
#include "support/histories.h"

namespace slotflow::test {

inline void make_history_of_everything(const std::string& path) {
  const LockWait wait;
  const auto database = open_history(path, kHistoryTime, wait);
  WriteTransaction transaction(*database);
  HistoryBatch first = batch_to("aaaa", {"http://one/hook", "http://two/hook", "http://two/hook"});
  first.events[0].payload = R"({"event":"booking.confirmed","data":{"id":"b-1","n":12345}})";
  first.deliveries[1].webhook_id = "wh-1";
  first.deliveries[1].plan.label = "a label";
  first.deliveries[2].lane = 1;
  insert_batch(*database, first, "nobody");
  HistoryBatch second = batch_to("bbbb", {"http://one/hook", "http://one/other"},
                                 kHistoryTime + std::chrono::seconds(9));
  second.source = DeliverySource::resend;
  second.events[0] = {"booking.cancelled", std::nullopt, std::string(5000, 'p')};
  second.deliveries[0].resends = "aaaa0";
  insert_batch(*database, second, "nobody");
  const auto insert = [&](const std::string& id, int number, const Reply& reply, Outcome outcome) {
    insert_attempt(*database, recorded_attempt(id, number, reply, outcome),
                   AttemptTrigger::schedule);
  };
  insert("aaaa0", 1, reply_of(500, "an answer"), Outcome::retrying);
  insert("aaaa0", 2, reply_of(200, std::string(9000, 'b')), Outcome::delivered);
  insert("aaaa1", 1, reply_of(503), Outcome::retrying);
  insert("bbbb0", 1, reply_of(FailureKind::timeout, "a detail"), Outcome::failed);
  transaction.commit();
}

inline std::string found_text(const HistoryReader& reader, const HistoryFilter& filter) {
  return json_of(DeliveryListing{reader.find(filter, 0), kHistoryTime}) +
         std::to_string(reader.count(filter)) + "\n";
}

inline std::string listed(const std::string& path, const LockWait& wait) {
  return found_text(HistoryReader(path, kHistoryTime, wait), {});
}

inline std::string filtered(const std::string& path, const LockWait& wait) {
  const HistoryReader reader(path, kHistoryTime, wait);
  std::array<HistoryFilter, 9> filters;
  filters[0].failed = true;
  filters[1].pending = true;
  filters[2].recovered = true;
  filters[3].events = {"booking.confirmed"};
  filters[4].bookings = {"b-1"};
  filters[5].urls = {"http://two/hook"};
  filters[6].statuses.add("--status", "2xx");
  filters[7].errors = {"timeout"};
  filters[8].since = kHistoryTime + std::chrono::seconds(1);
  std::string text;
  for (const HistoryFilter& filter : filters) text += found_text(reader, filter);
  return text;
}

inline std::string shown(const std::string& path, const LockWait& wait) {
  const HistoryReader reader(path, kHistoryTime, wait);
  std::string text;
  for (const char* id : {"aaaa0", "aaaa1", "aaaa2", "bbbb0", "bbbb1"}) {
    const auto details = reader.details(id);
    text += details ? json_of(*details) : "none\n";
  }
  return text;
}

inline std::string summarized(const std::string& path, const LockWait& wait) {
  HistoryStats stats = HistoryReader(path, kHistoryTime, wait).stats({});
  stats.bytes = 0;  // of the file as it is
  return json_of(stats);
}

// What `fire --booking-id`, the completion of ids and `resend` ask.
inline std::string looked_up(const std::string& path, const LockWait& wait) {
  const HistoryReader reader(path, kHistoryTime, wait);
  const std::optional<Body> payload = reader.newest_payload("booking.confirmed", "b-1");
  std::string text = payload ? payload->str() : "none";
  for (const std::string& id : reader.ids("aa", 10)) text += " " + id;
  for (const DeliveryDetails& plan : reader.plans({"bbbb0", "aaaa1"})) text += json_of(plan);
  return text;
}

inline std::string claimed_text(const ClaimedDeliveries::Claimed& claimed) {
  return json_of(claimed.details) + std::to_string(claimed.lane) + "\n";
}

inline std::string claimed(const std::string& path, const LockWait& wait) {
  HistoryWriter writer({.path = path, .now = kHistoryTime, .wait = wait});
  ClaimedDeliveries deliveries;
  if (!writer.claim(deliveries)) throw Error(ErrorCode::store_error, writer.failure());
  // A warning of `resume` says how many these are.
  if (deliveries.damaged > 0) throw Error(ErrorCode::store_error, "damaged");
  std::string text;
  for (const auto& delivery : deliveries.deliveries) text += claimed_text(delivery);
  return text;
}

using HistoryQuestion = std::string (*)(const std::string& path, const LockWait& wait);
inline constexpr std::array<HistoryQuestion, 6> kHistoryQuestions{
    &listed, &filtered, &shown, &summarized, &looked_up, &claimed};

// Returns nullopt if the question was refused with an error, or the history was moved aside.
inline std::optional<std::string> answer_of(HistoryQuestion question, const std::string& path) {
  LockWait wait;
  bool warned = false;
  wait.warn = [&](const std::string& /*text*/) { warned = true; };
  try {
    std::string answer = question(path, wait);
    return warned ? std::nullopt : std::optional(std::move(answer));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace slotflow::test
