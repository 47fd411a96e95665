#include "net/connect.h"

#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "net/condition.h"

namespace slotflow {

namespace {

using asio::ip::tcp;

constexpr auto kStagger = std::chrono::milliseconds(250);

bool is_shortage(const asio::error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_memory ||
         error == asio::error::no_buffer_space ||
         error == asio::error_code(ENFILE, asio::error::get_system_category());
}

// connect() has no free local port. With IPv6, the error may also mean that there is no address.
bool lacks_port(const asio::error_code& error, const tcp::endpoint& endpoint) {
  return error.value() == EADDRNOTAVAIL && endpoint.address().is_v4();
}

// Errors other than a refusal do not depend on the endpoint's server: no route, no network, no
// address of that family, a firewall.
Failure failure_of(const asio::error_code& error) {
  if (error == asio::error::connection_refused) {
    return {FailureKind::connection_refused, error.message()};
  }
  if (error == asio::error::connection_reset) {
    return {FailureKind::connection_reset, error.message()};
  }
  if (error == asio::error::timed_out) return {FailureKind::timeout, "while connecting"};
  return {FailureKind::unreachable, error.message()};
}

// Returns why the deadline ended the attempt; nullopt if it has not.
std::optional<Failure> failure_of(const Deadline& deadline) {
  switch (deadline.cause()) {
    case Deadline::Cause::none:
      break;
    case Deadline::Cause::interrupted:
      return Failure{FailureKind::interrupted, ""};
    case Deadline::Cause::timed_out:
      return Failure{FailureKind::timeout, "while connecting"};
  }
  return std::nullopt;
}

[[noreturn]] void throw_shortage(const asio::error_code& error) {
  throw Shortage(ErrorCode::io_error, "cannot open another connection: " + error.message(),
                 "raise this machine's limit with ulimit -n, or send fewer requests at once");
}

// The concurrent connection attempts for one endpoint. Shared with handlers of the loop.
class Race : public std::enable_shared_from_this<Race> {
 public:
  Race(EventLoop& loop, Endpoints endpoints)
      : loop_(loop), endpoints_(std::move(endpoints)), changed_(loop.context()) {}

  bool none_left() const { return running_ == 0 && !has_next(); }
  // A shortage only prevents further attempts.
  bool has_next() const { return next_ < endpoints_.size() && !shortage_; }
  bool idle() const { return running_ == 0; }
  std::optional<Connected>& winner() { return winner_; }
  const asio::error_code& error() const { return error_; }
  const std::optional<asio::error_code>& shortage() const { return shortage_; }
  Condition& changed() { return changed_; }
  const std::string& about() const { return about_; }

  void start_next() {
    const tcp::endpoint endpoint = endpoints_[next_++];
    if (about_.empty()) about_ = to_string(endpoint);
    auto socket = std::make_shared<tcp::socket>(loop_.context());
    asio::error_code error;
    socket->open(endpoint.protocol(), error);
    if (!error) socket->non_blocking(true, error);
    if (error) return note(error, endpoint);
    asio::error_code ignored;
    socket->set_option(tcp::no_delay(true), ignored);
    ++running_;
    sockets_.push_back(socket);
    socket->async_connect(
        endpoint, [self = shared_from_this(), socket, endpoint](asio::error_code failed) {
          --self->running_;
          if (self->over_) return;
          if (!failed && is_connected_to_itself(*socket)) failed = asio::error::connection_refused;
          if (failed) {
            self->note(failed, endpoint);
          } else if (!self->winner_) {
            self->winner_.emplace(Connected{std::move(*socket), to_string(endpoint)});
          }
          self->changed_.notify();
        });
  }

  // Closes all except the winner.
  void finish() {
    over_ = true;
    asio::error_code ignored;
    for (const auto& socket : sockets_) socket->close(ignored);
  }

 private:
  // A refusal is more informative than a missing IPv6 address.
  void note(const asio::error_code& error, const tcp::endpoint& endpoint) {
    if (is_shortage(error) || lacks_port(error, endpoint)) {
      shortage_ = error;
      return;
    }
    const bool refused_before = error_ == asio::error::connection_refused;
    if (refused_before || (error_ && error != asio::error::connection_refused)) return;
    error_ = error;
    about_ = to_string(endpoint);
  }

  EventLoop& loop_;
  Endpoints endpoints_;
  Condition changed_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
  bool over_ = false;
  std::vector<std::shared_ptr<tcp::socket>> sockets_;
  std::optional<Connected> winner_;
  asio::error_code error_;
  std::optional<asio::error_code> shortage_;
  std::string about_;
};

// For the usual case of one address.
asio::awaitable<std::variant<Connected, Failure>> connect_one(EventLoop& loop,
                                                              const tcp::endpoint& endpoint,
                                                              Deadline& deadline) {
  tcp::socket socket(loop.context());
  asio::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.non_blocking(true, error);
  if (error) {
    if (is_shortage(error)) throw_shortage(error);
    co_return failure_of(error);
  }
  asio::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  deadline.on_end([&socket] {
    asio::error_code none;
    socket.cancel(none);
  });
  if (!deadline.over()) {
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  }
  deadline.on_end({});
  if (auto ended = failure_of(deadline)) co_return std::move(*ended);
  if (!error && is_connected_to_itself(socket)) error = asio::error::connection_refused;
  if (error && (is_shortage(error) || lacks_port(error, endpoint))) throw_shortage(error);
  if (error) co_return failure_of(error);
  Connected connected{std::move(socket), to_string(endpoint)};
  co_return std::move(connected);
}

}  // namespace

bool is_connected_to_itself(const tcp::socket& socket) {
  asio::error_code error;
  const tcp::endpoint local = socket.local_endpoint(error);
  if (error) return false;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  return !error && local == remote;
}

asio::awaitable<std::variant<Connected, Failure>> connect_any(EventLoop& loop, Endpoints endpoints,
                                                              Deadline& deadline,
                                                              std::string& tried) {
  if (endpoints.size() == 1) {
    tried = to_string(endpoints.front());
    co_return co_await connect_one(loop, endpoints.front(), deadline);
  }
  const auto race = std::make_shared<Race>(loop, std::move(endpoints));
  asio::steady_timer stagger(loop.context());
  deadline.on_end([race] { race->changed().notify(); });
  while (!deadline.over() && !race->winner() && !race->none_left()) {
    const auto now = steady_now();
    if (race->has_next() && (race->idle() || now >= stagger.expiry())) {
      race->start_next();
      stagger.expires_at(now + kStagger);
      stagger.async_wait([race](const asio::error_code& cancelled) {
        if (!cancelled) race->changed().notify();
      });
      continue;
    }
    co_await race->changed().wait();
  }
  deadline.on_end({});
  race->finish();
  tried = race->about();
  if (race->winner()) {
    tried = race->winner()->address;
    co_return std::move(*race->winner());
  }
  if (auto ended = failure_of(deadline)) co_return std::move(*ended);
  if (race->shortage()) throw_shortage(*race->shortage());
  co_return failure_of(race->error());
}

}  // namespace slotflow
