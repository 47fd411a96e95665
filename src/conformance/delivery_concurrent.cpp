#include "conformance/delivery_concurrent.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "conformance/driver.h"

namespace slotflow::delivery {

namespace {

using std::chrono::microseconds;

constexpr std::size_t kCount = 50;
constexpr std::string_view kLargerBacklog =
    "raise the server's limit on connections, or its listen backlog (--backlog in gunicorn, "
    "request_queue_size in Python: 5 in http.server, 10 in Django's runserver; "
    "server.socket_queue_size in CherryPy), and add workers; "
    "check the server that you deploy, not a framework's development server";
constexpr std::string_view kOneByOne = ": they are processed one after the other";
constexpr std::string_view kDoNotBlock =
    "do not block the thread that handles the other events: in async code, replace calls that "
    "block (a synchronous query or HTTP call, time.sleep, bcrypt) by async ones or a thread pool; "
    "else add workers. Or queue the event and return 200. If nothing blocks, each event takes so "
    "much processor time, or the machine is busy with something else";
constexpr std::string_view kHoldLocksBriefly =
    "hold each lock for a short time, or queue the event and return 200: some events wait for "
    "others, for example for a lock of the database (SQLite has one writer)";
constexpr std::string_view kShareNothing =
    "keep nothing of a request, such as its body or its signature, in a variable that other "
    "requests share: events that are valid alone are rejected when others arrive with them";
constexpr std::string_view kNginxLimits =
    "add workers, or queue the event and respond before the work is done; if nginx is in front, "
    "raise its limits (limit_conn, and the burst of limit_req) or exempt this path: both return "
    "503";

// "1.25 s", "30 ms"
std::string elapsed(microseconds duration) {
  if (duration < std::chrono::seconds(1)) {
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(duration).count()) + " ms";
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(duration.count()) / 1e6);
  return text;
}

std::vector<Reply> deliver_at_once(Driver& driver) {
  std::vector<Request> requests;
  for (std::size_t i = 0; i < kCount; ++i) {
    requests.push_back(driver.request(driver.event().dump()));
  }
  return driver.send_burst(requests);
}

// Of the accepted ones, in ascending order.
std::vector<microseconds> durations_of(std::span<const Reply> replies) {
  std::vector<microseconds> durations;
  for (const Reply& reply : replies) {
    if (reply.delivered()) durations.push_back(reply.duration);
  }
  std::ranges::sort(durations);
  return durations;
}

// "50 of 50 at once were accepted, the slowest after 0.12 s"
std::string accepted_of(const std::vector<microseconds>& durations) {
  std::string text =
      std::to_string(durations.size()) + " of " + std::to_string(kCount) + " at once were accepted";
  if (!durations.empty()) text += ", the slowest after " + elapsed(durations.back());
  return text;
}

// Returns whether most deliveries were quick, and others were not: they waited for a connection, or
// for each other.
bool were_mostly_quick(const std::vector<microseconds>& durations) {
  return !durations.empty() && durations[durations.size() / 2] * 3 < durations.back();
}

// A full backlog drops the packet that asks for a connection, which is sent again after a second,
// or refuses the connection, and Driver tries again a moment later.
bool connected_late(const Reply& reply) {
  return reply.connecting >= std::chrono::milliseconds(250);
}

// Returns whether these deliveries, of which most were quick, waited for each other.
bool waited_for_others(std::span<const Reply> replies) {
  return were_mostly_quick(durations_of(replies)) && std::ranges::none_of(replies, connected_late);
}

// Delivers up to `times` events, each alone, until one is not delivered: during a single one, the
// machine may be busy with something else. Returns how long they took, where the first event of the
// run counts for the least; nullopt if none was delivered.
std::optional<Alone> deliver_alone(Driver& driver, int times) {
  std::optional<Alone> alone;
  for (int i = 0; i < times; ++i) {
    const Reply one = driver.send(driver.request(driver.event().dump()));
    if (!one.delivered()) break;
    if (!alone) alone = {one.duration, one.duration};
    alone->least = std::min(alone->least, one.duration);
    alone->most = std::max(alone->most, one.duration);
  }
  const Reply& first = driver.baseline();
  if (!first.delivered()) return alone;
  if (!alone) return Alone{first.duration, first.duration};
  alone->least = std::min(alone->least, first.duration);
  return alone;
}

bool without_response(const Reply& reply) {
  return reply.response() == nullptr;
}

// Waits until a handler that processes events one by one, or whose backlog was full, has finished
// them, so that they do not fail the next check.
void wait_out_backlog(Driver& driver) {
  constexpr microseconds kMost = std::chrono::minutes(2);
  const auto work = std::min(kMost, driver.baseline().duration * static_cast<int>(kCount));
  const auto end = driver.clock().steady() + std::max<microseconds>(driver.subject().timeout, work);
  while (driver.pause(Duration(250))) {
    const Reply reply = driver.send(driver.request(driver.event().dump()));
    // A refused connection is for CheckRunner to explain.
    if (reply.response() != nullptr || has_failed(reply, FailureKind::connection_refused)) return;
    if (driver.clock().steady() >= end) return;
  }
}

}  // namespace

bool waited_to_connect(std::span<const microseconds> durations, microseconds alone) {
  const auto least = std::max<microseconds>(std::chrono::milliseconds(700), alone * 5);
  return std::ranges::adjacent_find(durations, [&](microseconds one, microseconds next) {
           return next - one >= least;
         }) != durations.end();
}

bool one_by_one(std::span<const microseconds> durations, Alone alone) {
  if (durations.empty()) return false;
  const auto count = static_cast<int>(durations.size());
  const microseconds slowest = durations.back();
  // The quickest waited for no other.
  const auto at_best = std::min(alone.least, durations.front()) * count;
  const auto at_worst = alone.most * count;
  // A full backlog delays a few by a second or more, and the others not at all.
  const bool is_even = durations[durations.size() / 2] * 3 > slowest;
  return is_even && slowest * 2 > at_best && slowest < at_worst * 2;
}

// Slotflow delivers each event at once: a hundred bookings at nine o'clock are a hundred
// deliveries.
Finding concurrent(Driver& driver) {
  auto replies = deliver_at_once(driver);
  std::string before;
  if (const auto lost = std::ranges::count_if(replies, without_response); lost > 0) {
    wait_out_backlog(driver);
    // On a busy machine, a backlog that drains can leave one connection out for too long, and the
    // handler may have got no processor.
    if (std::ranges::any_of(replies, &Reply::delivered)) {
      before = "; of 50 before, " + std::to_string(lost) + " got no response";
      replies = deliver_at_once(driver);
      if (std::ranges::any_of(replies, without_response)) wait_out_backlog(driver);
    }
  }
  const auto durations = durations_of(replies);
  const Reply* bad = first_rejected(replies);
  if (bad == nullptr) return passed(accepted_of(durations) + before);
  Finding finding =
      failed("a 2xx status for each of 50 deliveries at once",
             accepted_of(durations) + "; another got: " + describe(*bad, driver.subject()));
  const Failure* failure = bad->failure();
  if (failure == nullptr) {
    if (looks_like_a_signature_matter(*bad)) {
      return with_remedy(std::move(finding), kShareNothing);
    }
    const int status = status_of(*bad);
    return with_remedy(std::move(finding),
                       status == 503 ? kNginxLimits : remedy_for_status(status));
  }
  const bool connected = failure->kind == FailureKind::timeout && failure->stage > Stage::connect;
  if (connected && waited_for_others(replies)) {
    return with_remedy(std::move(finding), kHoldLocksBriefly);
  }
  const bool may_take_turns = connected && !durations.empty() && !were_mostly_quick(durations);
  const auto alone = may_take_turns ? deliver_alone(driver, 4) : std::nullopt;
  if (alone && one_by_one(durations, *alone)) {
    finding.observed += kOneByOne;
    return with_remedy(std::move(finding), kDoNotBlock);
  }
  if (connected && !were_mostly_quick(durations)) return finding;
  return with_remedy(std::move(finding), kLargerBacklog);
}

// The best of three counts, because a busy machine is not the handler's fault.
Finding concurrent_at_once(Driver& driver) {
  constexpr microseconds kMost = std::chrono::seconds(1);
  const Alone once = deliver_alone(driver, 1).value_or(Alone{kMost, kMost});
  if (once.least > kMost) return skipped("one event alone takes as long: see delivery.at-once");
  std::vector<microseconds> best;
  int incomplete = 0;
  bool waited = false;
  bool is_signature_matter = false;
  std::string rejected;
  const auto is_good = [&] { return best.size() == kCount && best.back() <= kMost; };
  for (int i = 0; i < 3 && incomplete < 2 && !is_good(); ++i) {
    const auto replies = deliver_at_once(driver);
    auto durations = durations_of(replies);
    const bool all = durations.size() == kCount;
    if (!all) {
      ++incomplete;
      wait_out_backlog(driver);
    }
    if (best.size() < kCount ? all || best.empty() : all && durations.back() < best.back()) {
      best = std::move(durations);
      waited = waited_for_others(replies);
      const Reply* bad = first_rejected(replies);
      rejected = bad ? "; another got: " + describe(*bad, driver.subject()) : "";
      is_signature_matter = bad != nullptr && looks_like_a_signature_matter(*bad);
    }
  }
  const bool all = best.size() == kCount;
  Finding finding = passed(accepted_of(best));
  if (!best.empty()) finding.duration = best.back();
  if (is_good()) return finding;
  Alone alone = deliver_alone(driver, 3).value_or(once);
  alone = {std::min(alone.least, once.least), std::max(alone.most, once.most)};
  const auto duration = finding.duration;
  finding = failed("50 responses within 1 s",
                   accepted_of(best) + ", one alone " + elapsed(alone.least) + rejected);
  finding.duration = duration;
  if (is_signature_matter) return with_remedy(std::move(finding), kShareNothing);
  if (waited) return with_remedy(std::move(finding), kHoldLocksBriefly);
  if (all && one_by_one(best, alone)) {
    finding.observed += kOneByOne;
    return with_remedy(std::move(finding), kDoNotBlock);
  }
  const bool is_backlog = were_mostly_quick(best) || waited_to_connect(best, alone.least);
  return is_backlog ? with_remedy(std::move(finding), kLargerBacklog) : finding;
}

}  // namespace slotflow::delivery
