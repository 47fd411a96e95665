#include "store/history_rows.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/ascii.h"
#include "domain/json.h"
#include "domain/signature.h"
#include "store/history_columns.h"
#include "store/history_plan.h"

namespace slotflow {

namespace {

// Returns the timestamp (t) that the request was signed with.
std::optional<std::int64_t> signed_at(const Attempt& attempt) {
  if (!attempt.request) return std::nullopt;
  std::string_view rest = attempt.request->head;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos ||
        !same_without_case(line.substr(0, colon), kSignatureHeader)) {
      continue;
    }
    const std::size_t t = line.find("t=", colon);
    if (t == std::string_view::npos) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [last, error] =
        std::from_chars(line.data() + t + 2, line.data() + line.size(), seconds);
    return error == std::errc{} ? std::optional(seconds) : std::nullopt;
  }
  return std::nullopt;
}

// Returns the status line and the headers, as they came.
std::string head_of(const Response& response) {
  std::string head = "HTTP/1." + std::to_string(response.minor_version) + " " +
                     std::to_string(response.status) + " " + response.reason + "\r\n";
  for (const Header& header : response.headers) head += header.name + ": " + header.value + "\r\n";
  return head;
}

void insert_exchange(const Database& database, std::int64_t delivery, const Attempt& attempt) {
  const Response* response = attempt.reply.response();
  Statement statement = database.prepare(
      "INSERT INTO exchange (delivery, number, request_head, response_head, response_body, "
      "response_cut) VALUES (?, ?, ?, ?, ?, ?)");
  statement.bind(1, delivery).bind(2, std::int64_t{attempt.number});
  statement.bind_bytes(3, attempt.request ? attempt.request->head : "");
  if (response != nullptr) {
    statement.bind_bytes(4, head_of(*response)).bind_bytes(5, response->body);
  }
  statement.bind(6, std::int64_t{response != nullptr && response->cut});
  statement.run();
}

std::string_view state_after(Outcome outcome) {
  return outcome == Outcome::retrying ? to_string(DeliveryState::pending) : to_string(outcome);
}

void update_delivery(const Database& database, std::int64_t delivery, const Attempt& attempt) {
  const bool ended = attempt.outcome != Outcome::retrying;
  std::optional<std::int64_t> next;
  if (attempt.next_attempt_in) {
    next = unix_milliseconds(attempt.at + *attempt.next_attempt_in +
                             std::chrono::ceil<Duration>(attempt.reply.duration));
  }
  Statement statement = database.prepare(
      "UPDATE delivery SET attempts = ?2, state = ?3, last_status = ?4, last_error = ?5, "
      "slowest_us = max(coalesce(slowest_us, 0), ?6), next_attempt_at = ?7, "
      "owner = CASE WHEN ?8 THEN NULL ELSE owner END WHERE seq = ?1");
  const Response* response = attempt.reply.response();
  const Failure* failure = attempt.reply.failure();
  statement.bind(1, delivery).bind(2, std::int64_t{attempt.number});
  statement.bind(3, state_after(attempt.outcome));
  if (response != nullptr) statement.bind(4, std::int64_t{response->status});
  if (failure != nullptr) statement.bind(5, to_string(failure->kind));
  statement.bind(6, std::int64_t{attempt.reply.duration.count()});
  statement.bind(7, next).bind(8, std::int64_t{ended});
  statement.run();
}

// Finds the number (seq) of a delivery that is about to be changed: a change gives a row a new
// checksum, whatever is in it.
class IntactDeliveries {
 public:
  explicit IntactDeliveries(const Database& database)
      : find_(database.prepare("SELECT seq, " + std::string(kDeliveryIsIntact) +
                               " FROM delivery WHERE id = ?")) {}

  std::optional<std::int64_t> find(const std::string& id) {
    std::optional<std::int64_t> seq;
    find_.bind(1, id);
    while (find_.step()) {
      expect_intact(find_, 1);
      seq = find_.number(0);
    }
    return seq;
  }

 private:
  Statement find_;
};

// Returns the lane of the delivery that the new one `seq` has to wait for, although it is of
// another batch: of the same booking to the same webhook.
std::optional<std::int64_t> lane_of_earlier(const Database& database, std::int64_t seq,
                                            const PlannedDelivery& delivery,
                                            const EventRecord& event) {
  Statement find = database.prepare(
      "SELECT lane FROM delivery WHERE booking_id = ?1 AND webhook_id = ?2 AND "
      "state = 'pending' AND seq < ?3 ORDER BY seq DESC LIMIT 1");
  find.bind(1, event.booking_id).bind(2, delivery.webhook_id).bind(3, seq);
  return find.step() ? std::optional(find.number(0)) : std::nullopt;
}

}  // namespace

void insert_batch(const Database& database, const HistoryBatch& batch, const std::string& owner) {
  std::vector<std::int64_t> events;
  Statement insert_event = database.prepare(
      "INSERT INTO event (name, booking_id, payload, created_at) VALUES (?, ?, ?, ?)");
  for (const EventRecord& event : batch.events) {
    insert_event.bind(1, event.name).bind(2, event.booking_id).bind_bytes(3, event.payload);
    insert_event.bind(4, unix_milliseconds(batch.at)).run();
    events.push_back(database.last_row());
  }
  Statement insert = database.prepare(
      "INSERT INTO delivery (id, event_id, event, booking_id, webhook_id, url, lane, source, "
      "resends, plan, created_at, state, attempts, next_attempt_at, owner) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'pending', 0, ?11, ?12)");
  Statement set_lane = database.prepare("UPDATE delivery SET lane = ?2 WHERE seq = ?1");
  std::vector<std::int64_t> lanes;  // the first delivery of each
  for (const PlannedDelivery& delivery : batch.deliveries) {
    const EventRecord& event = batch.events.at(delivery.event);
    const bool is_first = delivery.lane == lanes.size();
    insert.bind(1, delivery.id).bind(2, events[delivery.event]).bind(3, event.name);
    insert.bind(4, event.booking_id).bind(5, delivery.webhook_id).bind(6, delivery.url);
    insert.bind(7, is_first ? 0 : lanes.at(delivery.lane)).bind(8, to_string(batch.source));
    insert.bind(9, delivery.resends).bind(10, dump_plan(delivery.plan));
    insert.bind(11, unix_milliseconds(delivery.at.value_or(batch.at))).bind(12, owner).run();
    if (!is_first) continue;
    const std::int64_t seq = database.last_row();
    lanes.push_back(seq);
    if (delivery.plan.after_previous) {
      lanes.back() = lane_of_earlier(database, seq, delivery, event).value_or(seq);
    }
    set_lane.bind(1, seq).bind(2, lanes.back()).run();  // it could not know its own number before
  }
}

void insert_attempt(const Database& database, const Attempt& attempt, AttemptTrigger trigger) {
  const auto delivery = IntactDeliveries(database).find(attempt.delivery_id);
  if (!delivery) return;
  const Response* response = attempt.reply.response();
  const Failure* failure = attempt.reply.failure();
  Statement insert = database.prepare(
      "INSERT INTO attempt (delivery, number, trigger, at, duration_us, address, status, error, "
      "detail, outcome, signed_at, sent, stage, cause) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, *delivery).bind(2, std::int64_t{attempt.number}).bind(3, to_string(trigger));
  insert.bind(4, unix_milliseconds(attempt.at))
      .bind(5, std::int64_t{attempt.reply.duration.count()});
  if (!attempt.reply.address.empty()) insert.bind(6, attempt.reply.address);
  if (response != nullptr) insert.bind(7, std::int64_t{response->status});
  if (failure != nullptr) {
    insert.bind(8, to_string(failure->kind));
    if (!failure->detail.empty()) insert.bind(9, failure->detail);
    insert.bind(13, to_string(failure->stage)).bind(14, to_string(failure->cause));
  }
  insert.bind(10, to_string(attempt.outcome)).bind(11, signed_at(attempt));
  insert.bind(12, static_cast<std::int64_t>(attempt.reply.sent));
  insert.run();
  insert_exchange(database, *delivery, attempt);
  update_delivery(database, *delivery, attempt);
}

ClaimedDeliveries claim_pending(const Database& database, const std::string& owner,
                                const std::function<bool(const std::string& owner)>& is_alive,
                                std::optional<DeliverySource> source) {
  ClaimedDeliveries claimed;
  std::map<std::string, bool> alive;  // by owner
  EventPayloads payloads(database);
  Statement find = database.prepare(
      select_details(" WHERE state = 'pending' AND (?1 IS NULL OR source = ?1) ORDER BY seq"));
  find.bind(1, source ? std::optional(std::string(to_string(*source))) : std::nullopt);
  std::vector<std::int64_t> numbers;
  while (find.step()) {
    const std::string other = find.text(kOwnerOfDetails);
    auto known = alive.find(other);
    if (known == alive.end()) {
      known = alive.emplace(other, !other.empty() && is_alive(other)).first;
    }
    if (known->second) {
      ++claimed.being_made;
      continue;
    }
    try {
      claimed.deliveries.push_back({details_in(find, payloads), find.number(kLaneOfDetails)});
      numbers.push_back(claimed.deliveries.back().details.delivery.seq);
    } catch (const SqliteError&) {  // the others are not to blame
      ++claimed.damaged;
    }
  }
  Statement claim = database.prepare("UPDATE delivery SET owner = ?1 WHERE seq = ?2");
  for (const std::int64_t number : numbers) claim.bind(1, owner).bind(2, number).run();
  return claimed;
}

void end_pending(const Database& database, const std::vector<std::string>& ids) {
  IntactDeliveries deliveries(database);
  Statement end = database.prepare(
      "UPDATE delivery SET state = 'failed', next_attempt_at = NULL, owner = NULL "
      "WHERE seq = ? AND state = 'pending'");
  for (const std::string& id : ids) end.bind(1, deliveries.find(id)).run();
}

std::int64_t newest_beyond(const Database& database, std::size_t keep) {
  Statement find = database.prepare("SELECT seq FROM delivery ORDER BY seq DESC LIMIT 1 OFFSET ?");
  return find.bind(1, static_cast<std::int64_t>(keep)).step() ? find.number(0) : 0;
}

std::int64_t newest_before(const Database& database, Timestamp time) {
  Statement find = database.prepare("SELECT max(seq) FROM delivery WHERE created_at < ?");
  return find.bind(1, unix_milliseconds(time)).step() ? find.number(0) : 0;
}

std::size_t count_ended(const Database& database, const OldDeliveries& old) {
  Statement count = database.prepare(
      "SELECT count(*) FROM delivery WHERE seq <= ? AND created_at < ? AND state <> 'pending'");
  count.bind(1, old.last).bind(2, unix_milliseconds(old.before));
  return count.step() ? static_cast<std::size_t>(count.number(0)) : 0;
}

std::size_t remove_ended(const Database& database, const OldDeliveries& old, std::size_t limit) {
  Statement find = database.prepare(
      "SELECT seq, event_id FROM delivery WHERE seq <= ? AND created_at < ? AND state <> 'pending' "
      "AND " +
      std::string(kDeliveryIsIntact) + " ORDER BY seq LIMIT ?");
  find.bind(1, old.last).bind(2, unix_milliseconds(old.before));
  find.bind(3, static_cast<std::int64_t>(limit));
  std::vector<std::int64_t> deliveries, events;
  while (find.step()) {
    deliveries.push_back(find.number(0));
    events.push_back(find.number(1));
  }
  for (const char* sql :
       {"DELETE FROM exchange WHERE delivery = ?", "DELETE FROM attempt WHERE delivery = ?",
        "DELETE FROM delivery WHERE seq = ?"}) {
    Statement remove = database.prepare(sql);
    for (const std::int64_t delivery : deliveries) remove.bind(1, delivery).run();
  }
  Statement remove_event = database.prepare(
      "DELETE FROM event WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_id = "
      "?1)");
  for (const std::int64_t event : events) remove_event.bind(1, event).run();
  return deliveries.size();
}

}  // namespace slotflow
