#include "web/http_server.h"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <httplib.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "domain/error.h"
#include "net/listening.h"
#include "net/name_lookups.h"
#include "system/interrupt.h"
#include "system/steady_clock.h"
#include "web/connection_sockets.h"
#include "web/connection_threads.h"
#include "web/library_requests.h"
#include "web/limits.h"

namespace slotflow {

namespace {

// The library answers what matches no pattern by itself. "." does not match line breaks.
constexpr const char* kAnyPath = R"([\s\S]*)";
constexpr Duration kBetweenLooks{10};

void set_on(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

// The library's own options include SO_REUSEPORT, with which two processes share a port.
void set_socket_options(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  set_on(fd, SOL_SOCKET, SO_REUSEADDR);
  // Connections inherit it. Without it, the body of a response waits for an acknowledgement of its
  // headers, which the library sends first.
  set_on(fd, IPPROTO_TCP, TCP_NODELAY);
}

// One address that is listened on.
struct Listener {
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    // The library closes its socket only at the end of its loop.
    if (fd >= 0 && !started) ::close(fd);
  }

  httplib::Server server;
  std::thread thread;
  int fd = -1;
  bool started = false;
};

}  // namespace

struct HttpServer::State {
  explicit State(Respond respond_to) : respond(std::move(respond_to)) {}

  // Returns 0, or an errno value.
  int listen(const std::string& address, int wanted);
  void configure(httplib::Server& server);
  void answer(const httplib::Request& request, WebRequest api, httplib::Response& response);
  // Takes the place of a response of the library's own.
  void answer_problem(const httplib::Request& request, httplib::Response& response);
  void play(const httplib::Request& request, const WebReply& reply, httplib::Response& response);
  void write_stream(const WebReply& reply, httplib::Response& response) const;
  void hold(int connection) const;
  void set_busy(const httplib::Request& request, bool is_busy);
  void await_next(const httplib::Request& request, const httplib::Response& response) const;
  int connection_of(const httplib::Request& request) const;
  void run(Listener& listener);

  Respond respond;
  int port = 0;
  std::vector<std::unique_ptr<Listener>> listeners;
  Interrupt stopping;
  WakePipe ended;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t running = 0;  // guarded by mutex, as are all below
  std::set<int> busy;       // connections with a response under way
};

int HttpServer::State::listen(const std::string& address, int wanted) {
  auto listener = std::make_unique<Listener>();
  httplib::Server& server = listener->server;
  configure(server);
  server.set_socket_options([&fd = listener->fd](int socket) {
    set_socket_options(socket);
    fd = socket;
  });
  errno = 0;
  int bound = wanted;
  if (wanted == 0) {
    bound = server.bind_to_any_port(address);
  } else if (!server.bind_to_port(address, wanted)) {
    bound = -1;
  }
  if (bound <= 0) return errno != 0 ? errno : EADDRINUSE;
  port = bound;
  ::listen(listener->fd, kWebBacklog);  // again: the library's own backlog is short
  listeners.push_back(std::move(listener));
  return 0;
}

void HttpServer::State::configure(httplib::Server& server) {
  server.new_task_queue = [] { return new ConnectionThreads(kMaxWebConnections); };
  server.set_keep_alive_max_count(kRequestsPerConnection);
  server.set_keep_alive_timeout(kWebKeepAlive.count());
  server.set_read_timeout(kWebReadTimeout);
  server.set_write_timeout(kWebWriteTimeout);
  server.set_payload_max_length(kMaxWebBody);
  server.set_pre_routing_handler(
      [this](const httplib::Request& request, httplib::Response& response) {
        if (reads_body(request.method) && announces_body(request)) {
          return httplib::Server::HandlerResponse::Unhandled;
        }
        // Nobody reads the body of a GET, so no request can come after it.
        if (announces_body(request)) response.set_header("Connection", "close");
        answer(request, web_request(request), response);
        return httplib::Server::HandlerResponse::Handled;
      });
  const httplib::Server::HandlerWithContentReader with_body =
      [this](const httplib::Request& request, httplib::Response& response,
             const httplib::ContentReader& reader) {
        WebRequest api = web_request(request);
        read_body(request, reader, response, api);
        answer(request, std::move(api), response);
      };
  server.Post(kAnyPath, with_body).Put(kAnyPath, with_body);
  server.Patch(kAnyPath, with_body).Delete(kAnyPath, with_body);
  server.set_logger([this](const httplib::Request& request, const httplib::Response& response) {
    set_busy(request, false);
    await_next(request, response);
  });
  const httplib::Server::Handler problem = [this](const httplib::Request& request,
                                                  httplib::Response& response) {
    if (!response.has_header("Content-Type")) answer_problem(request, response);
  };
  server.set_error_handler(problem);
  server.set_exception_handler(
      [problem](const httplib::Request& request, httplib::Response& response,
                const std::exception_ptr&) { problem(request, response); });
}

void HttpServer::State::answer_problem(const httplib::Request& request,
                                       httplib::Response& response) {
  WebRequest api = web_request(request);
  if (response.status == 413) {
    api.body_too_large = true;
  } else {
    api.malformed = "expected a valid HTTP request, got another one";
  }
  response.set_header("Connection", "close");
  answer(request, std::move(api), response);
}

void HttpServer::State::answer(const httplib::Request& request, WebRequest api,
                               httplib::Response& response) {
  set_busy(request, true);
  WebReply reply;
  try {
    reply = respond(std::move(api));
  } catch (...) {
    reply.response = {500, ""};
  }
  play(request, reply, response);
}

void HttpServer::State::play(const httplib::Request& request, const WebReply& reply,
                             httplib::Response& response) {
  refuse_compression(request);
  if (reply.delay.count() > 0) stopping.wait(reply.delay);
  response.status = reply.response.status;
  for (const auto& [name, value] : reply.response.headers) response.set_header(name, value);
  if (reply.stream) {
    write_stream(reply, response);
  } else if (request.ranges.empty()) {
    response.set_content(reply.response.body, reply.response.type);
  } else {
    // The library would cut a body to the range.
    const WebStream nothing_more = [](std::string&) { return false; };
    write_stream({.response = reply.response, .stream = nothing_more}, response);
  }
  if (reply.ending == WebReply::Ending::response) return;
  const int connection = connection_of(request);
  if (reply.ending == WebReply::Ending::timeout) hold(connection);
  if (connection >= 0) reset_connection(connection);
}

// Ends with the stream, with the client or with stop().
void HttpServer::State::write_stream(const WebReply& reply, httplib::Response& response) const {
  response.set_chunked_content_provider(
      reply.response.type, [this, stream = reply.stream, bytes = reply.response.body](
                               std::size_t, httplib::DataSink& sink) mutable {
        bool goes_on = !bytes.empty();
        try {
          goes_on = goes_on || (!stopping.triggered() && stream(bytes));
          if (!bytes.empty() && !sink.write(bytes.data(), bytes.size())) return false;
        } catch (...) {  // no library code is there to catch it
          return false;
        }
        bytes.clear();
        if (!goes_on) sink.done();
        return sink.is_writable();
      });
}

void HttpServer::State::hold(int connection) const {
  while (!peer_has_closed(connection) && stopping.wait(kBetweenLooks)) {
  }
}

// Called when a response has been written. To wait for the next request, the library would look for
// it every 11 milliseconds.
void HttpServer::State::await_next(const httplib::Request& request,
                                   const httplib::Response& response) const {
  const bool is_last = request.version == "HTTP/1.0" ||
                       request.get_header_value("Connection") == "close" ||
                       response.get_header_value("Connection") == "close";
  if (is_last) return;
  const int connection = connection_of(request);
  if (connection >= 0) wait_for_request(connection, kWebKeepAlive);
}

int HttpServer::State::connection_of(const httplib::Request& request) const {
  thread_local int last_found = -1;  // a connection stays on its thread
  last_found = find_connection(port, request.remote_addr, request.remote_port, last_found);
  return last_found;
}

void HttpServer::State::set_busy(const httplib::Request& request, bool is_busy) {
  const int connection = connection_of(request);
  const std::lock_guard lock(mutex);
  if (is_busy && connection >= 0) {
    busy.insert(connection);
  } else {
    busy.erase(connection);
  }
}

void HttpServer::State::run(Listener& listener) {
  try {
    listener.server.listen_after_bind();
  } catch (const std::exception&) {  // no thread or memory is left for a connection
  }
  ended.wake();
  const std::lock_guard lock(mutex);
  --running;
  changed.notify_all();
}

namespace {

void require_known_host(const std::string& host) {
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, nullptr, &found);
  if (found != nullptr) ::freeaddrinfo(found);
  if (error == 0) return;
  throw Error(ErrorCode::io_error, "cannot listen on " + host + ": " + ::gai_strerror(error));
}

}  // namespace

HttpServer::HttpServer(const std::string& host, int port, Respond respond,
                       const AddressOptions& options)
    : state_(std::make_unique<State>(std::move(respond))) {
  state_->port = port;
  std::vector<std::string> addresses;
  for (const auto& endpoint : addresses_without_lookup(host, port)) {
    addresses.push_back(endpoint.address().to_string());
  }
  if (addresses.empty()) {
    require_known_host(host);  // of which the library's error says nothing
    addresses.push_back(host);
  }
  for (const std::string& address : addresses) {
    const int error = state_->listen(address, state_->port);
    const bool no_ipv6 =
        !state_->listeners.empty() && (error == EAFNOSUPPORT || error == EADDRNOTAVAIL);
    if (error != 0 && !no_ipv6) refuse_to_listen(host, state_->port, error, options);
  }
}

HttpServer::~HttpServer() {
  stop();
}

int HttpServer::port() const {
  return state_->port;
}

int HttpServer::ended_fd() const {
  return state_->ended.fd();
}

void HttpServer::start() {
  for (const auto& listener : state_->listeners) {
    {
      const std::lock_guard lock(state_->mutex);
      ++state_->running;
    }
    listener->started = true;
    try {
      listener->thread = std::thread([this, &listener = *listener] { state_->run(listener); });
    } catch (...) {  // stop() must not wait for it
      const std::lock_guard lock(state_->mutex);
      --state_->running;
      listener->started = false;
      throw;
    }
  }
}

void HttpServer::stop() {
  State& state = *state_;
  state.stopping.trigger();
  const SteadyTime grace_end = steady_now() + kWebGrace;
  std::unique_lock lock(state.mutex);
  std::vector<bool> told(state.listeners.size(), false);
  while (state.running > 0) {
    for (std::size_t i = 0; i < told.size(); ++i) {
      // The library's stop() has no effect before its loop runs, and must not be called twice.
      httplib::Server& server = state.listeners[i]->server;
      if (!told[i] && server.is_running()) {
        server.stop();
        told[i] = true;
      }
    }
    // The library writes nothing to a connection that it can read no more from.
    const bool has_grace = steady_now() < grace_end;
    shut_down_connections(state.port, SHUT_RDWR, has_grace ? state.busy : std::set<int>());
    state.changed.wait_for(lock, kBetweenLooks);
  }
  lock.unlock();
  for (const auto& listener : state.listeners) {
    if (listener->thread.joinable()) listener->thread.join();
  }
}

}  // namespace slotflow
