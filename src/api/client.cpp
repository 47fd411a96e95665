#include "api/client.h"

#include <algorithm>
#include <utility>

#include <httplib.h>

#include "api/retry_after.h"
#include "domain/error.h"
#include "domain/json.h"
#include "domain/quote.h"
#include "domain/status_text.h"
#include "domain/version.h"
#include "system/interrupt.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;
constexpr Duration kLongestAttempt = std::chrono::seconds(10);
constexpr Duration kFirstWait{250};
constexpr int kDoublings = 5;
constexpr int kWaitsUntilNotice = 3;  // about a second
constexpr int kTooManyRequests = 429;

NoAnswer no_answer(httplib::Error error, bool too_late, bool too_large) {
  if (too_large) return {"the response is larger than 16 MiB", true};
  if (too_late) return {"there was no complete response in time"};
  switch (error) {
    case httplib::Error::Connection:
      return {"cannot connect"};
    case httplib::Error::ConnectionTimeout:
      return {"cannot connect in time"};
    case httplib::Error::SSLServerVerification:
      return {"the certificate is not trusted, or is for another host", true};
    case httplib::Error::SSLConnection:
      return {"the TLS handshake failed"};
    case httplib::Error::SSLLoadingCerts:
      return {"cannot load the certificates of this system", true};
    case httplib::Error::Write:
      return {"the connection ended before the request was sent"};
    default:
      return {"the connection ended before the response"};
  }
}

// Slotflow's codes that commands know, with the exit codes of the same errors of the local store.
std::optional<ErrorCode> known_code(std::string_view name) {
  for (const ErrorCodeInfo& info : kErrorCodes) {
    if (info.status && info.name == name) return info.code;
  }
  return std::nullopt;
}

}  // namespace

ApiClient::ApiClient(ClientSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      end_(clock.steady() + settings_.deadline),
      random_(settings_.seed) {}

void ApiClient::begin() {
  end_ = clock_.steady() + settings_.deadline;
  waits_ = 0;
}

Duration ApiClient::left() const {
  return std::chrono::duration_cast<Duration>(end_ - clock_.steady());
}

std::string ApiClient::name() const {
  std::string text = settings_.base.to_string();
  if (text.ends_with('/')) text.pop_back();
  return text;
}

ApiClient::Outcome ApiClient::attempt(const std::string& method, const std::string& path,
                                      const std::string& body) {
  const Duration time = std::clamp(left(), Duration(1), kLongestAttempt);
  const SteadyTime attempt_end = clock_.steady() + time;
  Url origin = settings_.base;
  origin.target = "/";
  std::string address = origin.to_string();
  address.pop_back();
  httplib::Client client(address);
  client.set_connection_timeout(time);
  client.set_read_timeout(time);
  client.set_write_timeout(time);
  client.set_follow_location(false);
  client.enable_server_certificate_verification(true);
  std::string prefix = settings_.base.target;
  while (prefix.ends_with('/')) prefix.pop_back();
  httplib::Request request;
  request.method = method;
  request.path = prefix + path;
  request.headers = {{"Authorization", "Bearer " + settings_.key},
                     {"User-Agent", "slotflow-hooks/" + std::string(kVersion)}};
  if (!body.empty()) {
    request.body = body;
    request.set_header("Content-Type", "application/json");
  }
  std::string received;
  bool too_late = false;
  bool too_large = false;
  request.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t,
                                 std::uint64_t) {
    too_late = clock_.steady() > attempt_end;
    too_large = received.size() + size > kMaxAnswer;
    if (too_late || too_large) return false;
    received.append(bytes, size);
    return true;
  };
  const httplib::Result result = client.send(request);
  if (!result) return no_answer(result.error(), too_late, too_large);
  return ApiAnswer{result->status, std::move(received), result->get_header_value("Retry-After")};
}

bool ApiClient::is_temporary(const Outcome& outcome) {
  if (const auto* none = std::get_if<NoAnswer>(&outcome)) return !none->is_final;
  const int status = std::get<ApiAnswer>(outcome).status;
  return status == kTooManyRequests || status >= 500;
}

bool ApiClient::is_uncertain(const Outcome& outcome) {
  const auto* answer = std::get_if<ApiAnswer>(&outcome);
  return answer == nullptr || answer->status >= 500;
}

ApiAnswer ApiClient::call(const std::string& method, const std::string& path,
                          bool* may_have_happened) {
  for (;;) {
    Outcome outcome = attempt(method, path);
    auto* answer = std::get_if<ApiAnswer>(&outcome);
    if (answer != nullptr && !is_temporary(outcome)) return std::move(*answer);
    if (may_have_happened != nullptr && is_uncertain(outcome)) *may_have_happened = true;
    wait_after(outcome);
  }
}

void ApiClient::wait_after(const Outcome& outcome) {
  if (!is_temporary(outcome)) give_up(outcome);
  // Clients that failed together should not come back together.
  const Duration longest = kFirstWait * (1 << std::min(waits_, kDoublings));
  Duration wait = longest / 2 + Duration(static_cast<std::int64_t>(
                                    static_cast<double>(longest.count()) / 2 * random_.unit()));
  ++waits_;
  if (const auto* answer = std::get_if<ApiAnswer>(&outcome)) {
    if (const auto asked = parse_retry_after(answer->retry_after, clock_.now())) wait = *asked;
  }
  if (wait >= left()) give_up(outcome);
  if (waits_ == kWaitsUntilNotice && settings_.notice) {
    settings_.notice(problem_of(outcome) + "; trying again for up to " +
                     to_string(settings_.deadline));
  }
  if (!settings_.pause(wait)) throw Interrupted();
}

std::string ApiClient::problem_of(const Outcome& outcome) const {
  const auto* none = std::get_if<NoAnswer>(&outcome);
  return "cannot call " + name() + ": " +
         (none != nullptr ? none->reason
                          : "it returns " + std::to_string(std::get<ApiAnswer>(outcome).status));
}

void ApiClient::give_up(const Outcome& outcome) const {
  if (std::holds_alternative<NoAnswer>(outcome)) {
    throw Error(ErrorCode::network_error, problem_of(outcome),
                "check --api (SLOTFLOW_API_URL) and the network");
  }
  const auto& answer = std::get<ApiAnswer>(outcome);
  if (!answer.retry_after.empty()) {
    throw Error(ErrorCode::network_error,
                problem_of(outcome) +
                    ", and asks to wait (Retry-After: " + in_quotes(answer.retry_after) + ")",
                "try again later");
  }
  throw Error(ErrorCode::network_error,
              "cannot call " + name() + ": it still returns " + std::to_string(answer.status) +
                  " after " + to_string(settings_.deadline),
              "try again later");
}

std::string ApiClient::without_key(std::string text) const {
  for (std::size_t at = 0; (at = text.find(settings_.key, at)) != std::string::npos;) {
    text.replace(at, settings_.key.size(), "(hidden)");
  }
  return text;
}

void ApiClient::refuse(const ApiAnswer& answer) const {
  const auto body = try_parse_json(answer.body);
  const Json* error = body ? find_field(*body, "error") : nullptr;
  const std::string* code = error != nullptr ? find_string(*error, "code") : nullptr;
  const std::string* message = error != nullptr ? find_string(*error, "message") : nullptr;
  const std::optional<ErrorCode> known = code != nullptr ? known_code(*code) : std::nullopt;
  if (!known || message == nullptr) {
    throw Error(ErrorCode::network_error,
                "expected a response of Slotflow's API from " + name() + ", got " +
                    std::to_string(answer.status),
                "check that --api (SLOTFLOW_API_URL) is the base URL of the API");
  }
  const std::string hint =
      *known == ErrorCode::unauthorized ? "check SLOTFLOW_API_KEY or --api-key-file" : "";
  throw Error(*known, without_key(*message), hint);
}

void ApiClient::refuse_body(const std::string& call, const std::string& problem) const {
  throw Error(ErrorCode::network_error,
              "cannot use the response of " + name() + " to " + call + ": " + without_key(problem),
              "check that --api (SLOTFLOW_API_URL) is the base URL of the API");
}

}  // namespace slotflow
