#include "store/history_reader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "domain/ascii.h"
#include "domain/text.h"
#include "store/history_columns.h"
#include "store/history_condition.h"
#include "store/history_file.h"

namespace slotflow {

namespace {

// Reads a head that head_of() in history_rows.cpp has written: HTTP/1.1 200 OK.
Response response_in_head(std::string_view head) {
  constexpr std::size_t kMinorVersion = 7;
  constexpr std::size_t kReason = 13;
  Response response;
  const std::size_t end = std::min(head.find("\r\n"), head.size());
  const std::string_view first = head.substr(0, end);
  if (first.size() >= kReason) response.reason = first.substr(kReason);
  if (first.size() > kMinorVersion) response.minor_version = first[kMinorVersion] - '0';
  response.headers = headers_in(head.substr(end));
  return response;
}

Failure failure_in(const Statement& row) {
  return {value_named<FailureKind>(kFailureNames, row.text(6)), row.text(7),
          value_named<Stage>(kStageNames, row.text(15)),
          value_named<FailureCause>(kFailureCauseNames, row.text(16))};
}

Response response_in(const Statement& row) {
  Response response = response_in_head(row.text(11));
  response.status = static_cast<int>(row.number(5));
  response.body = row.text(12);
  response.cut = row.number(13) != 0;
  return response;
}

// Reads an attempt of `details`, whose delivery and plan are known.
AttemptRecord attempt_in(const Statement& row, const DeliveryDetails& details) {
  const DeliveryRecord& delivery = details.delivery;
  const DeliveryPlan& plan = details.plan;
  AttemptRecord record;
  Attempt& attempt = record.attempt;
  attempt.delivery_id = delivery.id;
  attempt.webhook_id = delivery.webhook_id;
  attempt.url = delivery.url;
  attempt.event = delivery.event;
  attempt.booking_id = delivery.booking_id;
  attempt.label = plan.label;
  attempt.number = static_cast<int>(row.number(0));
  attempt.max_attempts = plan.retry.max_attempts();
  record.trigger = value_named<AttemptTrigger>(kAttemptTriggerNames, row.text(1));
  attempt.at = timestamp_in(row, 2);
  attempt.reply.duration = std::chrono::microseconds(row.number(3));
  attempt.reply.address = row.text(4);
  if (row.is_null(5)) {
    attempt.reply.result = failure_in(row);
  } else {
    attempt.reply.result = response_in(row);
  }
  attempt.outcome = value_named<Outcome>(kOutcomeNames, row.text(8));
  if (attempt.outcome == Outcome::retrying) {
    attempt.next_attempt_in = plan.retry.delay_after(attempt.number);
  }
  attempt.expected_status = joined(plan.expected, ", ", " or ");
  attempt.invalid_on_purpose = is_invalid({{}, plan.skew, plan.tamper});
  attempt.timeout = plan.timeout;
  record.signed_at = row.optional_number(9);
  attempt.reply.sent = static_cast<std::size_t>(row.number(14));
  attempt.request = RequestBytes{row.text(10), "", 0};
  attempt.request->size = attempt.request->head.size() + details.payload.size();
  return record;
}

// Each attempt has an exchange, and none is missing.
std::vector<AttemptRecord> attempts_of(const Database& database, std::int64_t seq,
                                       const DeliveryDetails& details) {
  constexpr int kIntact = 17;
  Statement statement = database.prepare(
      "SELECT number, trigger, at, duration_us, address, status, error, detail, outcome, "
      "signed_at, request_head, response_head, response_body, response_cut, sent, stage, cause, " +
      std::string(kAttemptIsIntact) + " AND " + std::string(kExchangeIsIntact) +
      " FROM attempt LEFT JOIN exchange USING (delivery, number) WHERE delivery = ? "
      "ORDER BY number");
  statement.bind(1, seq);
  std::vector<AttemptRecord> attempts;
  while (statement.step()) {
    expect_intact(statement, kIntact);
    attempts.push_back(attempt_in(statement, details));
  }
  if (attempts.size() != static_cast<std::size_t>(details.delivery.attempts)) {
    throw_damaged("an attempt in it is missing");
  }
  return attempts;
}

// Returns the ids in rows of an id and of kDeliveryIsIntact.
std::vector<std::string> ids_in(Statement& statement) {
  std::vector<std::string> ids;
  while (statement.step()) {
    expect_intact(statement, 1);
    ids.push_back(statement.text(0));
  }
  return ids;
}

std::string select_ids(const std::string& rest) {
  return "SELECT id, " + std::string(kDeliveryIsIntact) + " FROM delivery" + rest;
}

}  // namespace

HistoryReader::HistoryReader(std::string path, Timestamp now, const LockWait& wait)
    : path_(std::move(path)),
      now_(now),
      wait_(wait),
      identity_(identity_of_file(path_)),
      database_(open_history_to_read(path_, now, wait)),
      existed_(database_ != nullptr) {}

bool HistoryReader::is_current() const {
  const bool is_open = database_ != nullptr;
  return is_open == identity_.has_value() && identity_of_file(path_) == identity_;
}

void HistoryReader::fail(const SqliteError& error) const {
  const Error failure = history_error("read", path_, error);
  if (error.is_corrupt() && may_be_written(path_)) {
    database_->keep_journal();
    database_.reset();
    database_ = reopen_history(path_, now_, wait_);
  }
  throw failure;
}

std::int64_t HistoryReader::version() const {
  if (database_ == nullptr) return 0;
  return reading([&] { return database_->number("PRAGMA data_version"); });
}

std::vector<DeliveryRecord> HistoryReader::find(const HistoryFilter& filter,
                                                std::size_t limit) const {
  if (database_ == nullptr) return {};
  return reading([&] {
    const HistoryCondition condition(filter);
    // An index may be damaged: the rows that it names must fit, too.
    Statement statement = database_->prepare(select_deliveries(
        condition.sql(),
        (limit == 0 ? condition.where() : condition.where_newest()) + " ORDER BY seq DESC"));
    condition.bind(statement);
    if (limit != 0) {
      statement.bind(condition.parameters() + 1, static_cast<std::int64_t>(limit));
    }
    std::vector<DeliveryRecord> deliveries;
    while (statement.step()) deliveries.push_back(delivery_in(statement));
    return deliveries;
  });
}

std::size_t HistoryReader::count(const HistoryFilter& filter) const {
  if (database_ == nullptr) return 0;
  return reading([&] {
    const HistoryCondition condition(filter);
    Statement statement = database_->prepare("SELECT count(*)" + condition.from());
    condition.bind(statement);
    return statement.step() ? static_cast<std::size_t>(statement.number(0)) : 0;
  });
}

std::vector<std::string> HistoryReader::ids(const std::string& prefix, std::size_t limit) const {
  if (database_ == nullptr) return {};
  return reading([&] {
    Statement statement =
        database_->prepare(select_ids(" WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3"));
    const std::string beginning = lower_case(prefix);
    statement.bind(1, beginning).bind(2, beginning + '\x7f');
    statement.bind(3, static_cast<std::int64_t>(limit));
    return ids_in(statement);
  });
}

std::optional<Body> HistoryReader::newest_payload(
    const std::string& event, const std::optional<std::string>& booking_id) const {
  if (database_ == nullptr) return std::nullopt;
  return reading([&]() -> std::optional<Body> {
    const ReadTransaction transaction(*database_);
    Statement statement = database_->prepare(
        "SELECT event_id, " + std::string(kDeliveryIsIntact) +
        " FROM delivery WHERE event = ? AND " +
        (booking_id ? "booking_id = ?" : "booking_id IS NOT NULL") + " ORDER BY seq DESC LIMIT 1");
    statement.bind(1, event);
    if (booking_id) statement.bind(2, *booking_id);
    if (!statement.step()) return std::nullopt;
    expect_intact(statement, 1);
    return EventPayloads(*database_).payload_of(statement.number(0));
  });
}

std::vector<DeliveryDetails> HistoryReader::plans(const std::vector<std::string>& ids) const {
  if (database_ == nullptr) return {};
  return reading([&] {
    const ReadTransaction transaction(*database_);
    EventPayloads payloads(*database_);
    Statement statement = database_->prepare(select_details(" WHERE id = ?"));
    std::vector<DeliveryDetails> plans;
    for (const std::string& id : ids) {
      if (statement.bind(1, id).step()) plans.push_back(details_in(statement, payloads));
      statement.reset();
    }
    return plans;
  });
}

std::optional<DeliveryDetails> HistoryReader::details(const std::string& id) const {
  if (database_ == nullptr) return std::nullopt;
  return reading([&]() -> std::optional<DeliveryDetails> {
    // The delivery and its attempts as they were at one time.
    const ReadTransaction transaction(*database_);
    EventPayloads payloads(*database_);
    Statement statement = database_->prepare(select_details(" WHERE id = ?"));
    if (!statement.bind(1, id).step()) return std::nullopt;
    DeliveryDetails details = details_in(statement, payloads);
    details.attempts = attempts_of(*database_, details.delivery.seq, details);
    Statement resent = database_->prepare(select_ids(" WHERE resends = ? ORDER BY seq"));
    details.resent_as = ids_in(resent.bind(1, id));
    return details;
  });
}

}  // namespace slotflow
