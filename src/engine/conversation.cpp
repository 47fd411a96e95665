#include "engine/conversation.h"

#include <utility>

namespace slotflow {

Conversation::Conversation(int fd, const HttpServerOptions& options, const HttpHandler& handler,
                           const Interrupt& stopping)
    : options_(options), handler_(handler), stopping_(stopping), stream_(fd, stopping) {}

void Conversation::run(std::string unread, std::optional<PendingAnswer> pending) {
  if (options_.tls) {
    if (auto problem = stream_.accept_tls(*options_.tls, options_.request_deadline)) {
      refuse({}, std::move(*problem));
      return;
    }
  }
  stream_.unread(std::move(unread));
  if (pending && !send(std::move(*pending))) return;
  while (stream_.wait_for_request(options_.idle_timeout) && one_request()) {
  }
}

// False when it was the last one.
bool Conversation::one_request() {
  auto head = stream_.read_head(options_.request_deadline);
  if (auto* problem = std::get_if<HttpProblem>(&head)) return refuse({}, std::move(*problem));
  HttpRequest request{std::move(std::get<HttpHead>(head)), "", std::nullopt};
  if (auto problem = stream_.read_body(request.head, options_.max_body, request.body)) {
    return refuse(std::move(request.head), std::move(*problem));
  }
  const Framing framing = framing_of(request.head);
  return send({handler_(request), framing, 0});
}

// False when the connection is of no use any more.
bool Conversation::send(PendingAnswer pending) {
  const HttpAnswer& answer = pending.answer;
  const auto waited = PollDeadline::Steady::now() - pending.framing.complete;
  const bool in_time = stopping_.wait(answer.delay - std::chrono::duration_cast<Duration>(waited));
  const bool usable = in_time && send_now(pending);
  if (answer.finished) answer.finished(usable);
  return usable && pending.framing.keep_alive;
}

// False when the client has not got a whole answer.
bool Conversation::send_now(const PendingAnswer& pending) {
  const auto& [answer, framing, sent] = pending;
  std::string text = wire_text(answer, framing);
  if (answer.fault != nullptr) {
    const WirePlan plan = answer.fault->distort(std::move(text), answer.fault_settings);
    if (!stream_.play(plan) || plan.end != WirePlan::End::keep) return false;
  } else if (!stream_.send(std::string_view(text).substr(sent))) {
    return false;
  }
  if (!framing.keep_alive) stream_.linger();
  return true;
}

bool Conversation::refuse(HttpHead head, HttpProblem problem) {
  HttpRequest request{std::move(head), "", problem};
  handler_(request);
  if (problem.status && stream_.send(refusal_text(*problem.status, problem.reason))) {
    stream_.linger();
  }
  return false;
}

}  // namespace slotflow
