#include "engine/lobby.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "engine/server_stream.h"

namespace slotflow {

namespace {

using Steady = PollDeadline::Steady;

constexpr std::size_t kReadAtOnce = 64 * 1024;

// A request that `bytes` begin with, if all of it is there and nothing about it is out of the
// ordinary; its bytes are taken off. Anything else is for a Conversation to look at.
std::optional<HttpRequest> take_whole(std::string_view& bytes, std::size_t max_body) {
  if (head_too_large(bytes)) return std::nullopt;
  const auto end = head_end(bytes);
  if (end == std::string_view::npos) return std::nullopt;
  auto parsed = parse_head(bytes.substr(0, end));
  auto* head = std::get_if<HttpHead>(&parsed);
  if (head == nullptr || head->chunked) return std::nullopt;
  const std::size_t room = std::min(max_body, bytes.size() - end);
  if (head->content_length > room) return std::nullopt;
  const auto length = static_cast<std::size_t>(head->content_length);
  HttpRequest request{std::move(*head), std::string(bytes.substr(end, length)), std::nullopt};
  bytes.remove_prefix(end + length);
  return request;
}

// How much was sent; nothing when the connection is broken.
std::optional<std::size_t> send_at_once(int fd, std::string_view text) {
#ifdef MSG_NOSIGNAL
  const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
#else
  const ssize_t count = ::send(fd, text.data(), text.size(), 0);
#endif
  if (count >= 0) return static_cast<std::size_t>(count);
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return later ? std::optional<std::size_t>(0) : std::nullopt;
}

void finish(const HttpAnswer& answer, bool arrived) {
  if (answer.finished) answer.finished(arrived);
}

}  // namespace

Lobby::Lobby(const HttpServerOptions& options, const HttpHandler& handler, GiveAway give_away)
    : options_(options),
      handler_(handler),
      give_away_(std::move(give_away)),
      buffer_(kReadAtOnce, '\0') {}

void Lobby::run(const std::vector<UniqueFd>& listeners, const Interrupt& stopping) {
  bool watched = poller_.add(stopping.fd());
  for (const UniqueFd& listener : listeners) watched = poller_.add(listener.get()) && watched;
  if (!watched) throw std::system_error(errno, std::generic_category(), "cannot watch a socket");
  while (!stopping.triggered()) {
    for (const int fd : poller_.wait(until_next_overdue())) {
      if (stopping.triggered()) break;
      const auto guest = by_fd_.find(fd);
      if (guest != by_fd_.end()) {
        attend(guest->second);
      } else {
        admit(fd, stopping);
      }
    }
    close_overdue();
  }
  by_fd_.clear();
  waiting_.clear();
  leaving_.clear();
}

void Lobby::admit(int listener, const Interrupt& stopping) {
  for (;;) {
    UniqueFd fd(::accept(listener, nullptr, nullptr));
    if (!fd) {
      const bool out_of_files = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
      // The connection waits in the backlog until another one has been closed.
      if (out_of_files) stopping.wait(std::chrono::milliseconds(5));
      return;
    }
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    const int yes = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (options_.tls) {
      give_away_(std::move(fd), "", std::nullopt);
    } else {
      settle(std::move(fd));
    }
  }
}

void Lobby::settle(UniqueFd fd) {
  if (!poller_.add(fd.get())) return;  // the client sees a closed connection
  const int number = fd.get();
  waiting_.push_back({std::move(fd), Steady::now() + options_.idle_timeout});
  by_fd_[number] = std::prev(waiting_.end());
}

void Lobby::attend(Guests::iterator guest) {
  const ssize_t count = ::recv(guest->fd.get(), buffer_.data(), buffer_.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  Guests& place = guest->leaving ? leaving_ : waiting_;
  if (count <= 0) {
    take_out(place, guest);
  } else if (!guest->leaving) {
    answer_all(guest, std::string_view(buffer_).substr(0, static_cast<std::size_t>(count)));
  }
}

// `unread` is all that the guest has sent and nobody has looked at.
void Lobby::answer_all(Guests::iterator guest, std::string_view unread) {
  while (!unread.empty()) {
    auto request = options_.handler_waits ? std::nullopt : take_whole(unread, options_.max_body);
    if (!request) return give_away_(take_out(waiting_, guest), std::string(unread), std::nullopt);
    const Framing framing = framing_of(request->head);
    PendingAnswer pending{handler_(*request), framing};
    const HttpAnswer& answer = pending.answer;
    if (answer.delay > Duration(0) || answer.fault != nullptr) {
      return give_away_(take_out(waiting_, guest), std::string(unread), std::move(pending));
    }
    const std::string text = wire_text(answer, framing);
    const auto sent = send_at_once(guest->fd.get(), text);
    if (sent && *sent < text.size()) {
      pending.sent = *sent;
      return give_away_(take_out(waiting_, guest), std::string(unread), std::move(pending));
    }
    const bool arrived = sent && !was_refused(guest->fd.get());
    finish(answer, arrived);
    if (!arrived) {
      take_out(waiting_, guest);
      return;
    }
    if (!framing.keep_alive) return say_goodbye(guest);
  }
  guest->leaves_at = Steady::now() + options_.idle_timeout;
  waiting_.splice(waiting_.end(), waiting_, guest);
}

// As ServerStream::linger().
void Lobby::say_goodbye(Guests::iterator guest) {
  ::shutdown(guest->fd.get(), SHUT_WR);
  guest->leaving = true;
  guest->leaves_at = Steady::now() + kLinger;
  leaving_.splice(leaving_.end(), waiting_, guest);
}

UniqueFd Lobby::take_out(Guests& guests, Guests::iterator guest) {
  UniqueFd fd = std::move(guest->fd);
  poller_.remove(fd.get());
  by_fd_.erase(fd.get());
  guests.erase(guest);
  return fd;
}

void Lobby::close_overdue() {
  const auto now = Steady::now();
  for (Guests* guests : {&waiting_, &leaving_}) {
    while (!guests->empty() && guests->front().leaves_at <= now) {
      take_out(*guests, guests->begin());
    }
  }
}

Duration Lobby::until_next_overdue() const {
  auto next = Steady::now() + std::chrono::hours(1);
  for (const Guests* guests : {&waiting_, &leaving_}) {
    if (!guests->empty()) next = std::min(next, guests->front().leaves_at);
  }
  return std::chrono::ceil<Duration>(next - Steady::now());
}

}  // namespace slotflow
