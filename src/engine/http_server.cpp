#include "engine/http_server.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "engine/deadline.h"
#include "engine/server_stream.h"
#include "engine/unique_fd.h"

namespace slotflow {

// Lends out cpp-httplib's protocol engine. It is given the framing of each request and nothing
// else, under a name of its own: what the library does with routes, ranges, form data or content
// encodings cannot change what our handlers see, in any release of it.
class ProtocolEngine : public httplib::Server {
 public:
  using Body = std::function<void(httplib::Response&, const httplib::ContentReader&)>;

  explicit ProtocolEngine(const HttpServerOptions& options) {
    set_keep_alive_timeout(options.idle_timeout.count() / 1000);
    set_keep_alive_max_count(kNoLimit);
    set_payload_max_length(options.max_body);
    Post("/", [](const httplib::Request&, httplib::Response& response,
                 const httplib::ContentReader& reader) { current()(response, reader); });
  }

  // Reads the body framed by `head` from `stream`, hands it to `body`, writes the answer.
  // False when the connection cannot be used any more.
  bool exchange(ServerStream& stream, const HttpHead& head, Body body) {
    stream.unread(framing(head));
    current() = std::move(body);
    bool closed = false;
    const bool done = call_process_request(*this, stream, !head.keep_alive, closed);
    current() = nullptr;
    return done && !closed;
  }

 private:
  static constexpr std::size_t kNoLimit = 1'000'000;

  // One exchange at a time on each thread.
  static Body& current() {
    thread_local Body body;
    return body;
  }

  static std::string framing(const HttpHead& head) {
    // A chunked body is not the library's to read: see ServerStream::read_chunked().
    std::string text =
        "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(head.content_length) + "\r\n";
    if (head.expects_continue) text += "Expect: 100-continue\r\n";
    return text + "\r\n";
  }

  // process_request() wants the addresses too in newer releases.
  template <class Engine>
  static bool call_process_request(Engine& engine, ServerStream& stream, bool close, bool& closed) {
    if constexpr (requires { engine.process_request(stream, close, closed, nullptr); }) {
      return engine.process_request(stream, close, closed, nullptr);
    } else {
      return engine.process_request(stream, "", 0, "", 0, close, closed, nullptr);
    }
  }
};

namespace {

const char* reason_phrase(int status) {
  switch (status) {  // RFC 9110, section 15, and RFC 6585, section 5
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
  }
}

void answer_problem(ServerStream& stream, const HttpProblem& problem) {
  if (!problem.status) return;
  const std::string text =
      "HTTP/1.1 " + std::to_string(*problem.status) + " " + reason_phrase(*problem.status) +
      "\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: " +
      std::to_string(problem.reason.size() + 1) + "\r\n\r\n" + problem.reason + "\n";
  stream.write(text.data(), text.size());
  if (stream.flush()) stream.linger();
}

// The conversation with one client.
class Conversation {
 public:
  Conversation(int fd, const HttpServerOptions& options, const HttpServer::Handler& handler,
               ProtocolEngine& engine, const Interrupt& stopping)
      : options_(options),
        handler_(handler),
        engine_(engine),
        stopping_(stopping),
        stream_(fd, stopping) {}

  void run() {
    while (stream_.wait_for_request(options_.idle_timeout) && one_request()) {
    }
  }

 private:
  // False when it was the last one.
  bool one_request() {
    auto head = stream_.read_head(options_.request_deadline);
    if (auto* problem = std::get_if<HttpProblem>(&head)) return refuse({}, std::move(*problem));
    auto& good = std::get<HttpHead>(head);
    if (good.content_length > options_.max_body) return refuse(std::move(good), too_large());

    bool usable = false;
    const bool exchanged = engine_.exchange(
        stream_, good, [&](httplib::Response& response, const httplib::ContentReader& reader) {
          usable = read_and_answer(good, response, reader);
        });
    const bool written = usable && stream_.flush();
    if (finished_) finished_(written);
    finished_ = nullptr;
    if (written && !good.keep_alive) stream_.linger();
    return exchanged && written && good.keep_alive;
  }

  HttpProblem too_large() const {
    return {413, "the body is over " + std::to_string(options_.max_body) + " bytes"};
  }

  bool refuse(HttpHead head, HttpProblem problem) {
    handler_({std::move(head), "", problem});
    answer_problem(stream_, problem);
    return false;
  }

  std::optional<HttpProblem> read_body(const HttpHead& head, const httplib::ContentReader& reader,
                                       std::string& body) {
    if (head.chunked) return stream_.read_chunked(options_.max_body, body);
    const bool whole = reader([&](const char* bytes, std::size_t size) {
      body.append(bytes, size);
      return true;
    });
    if (whole) return std::nullopt;
    return HttpProblem{std::nullopt, describe(stream_.ending())};
  }

  // True when `response` is to be sent.
  bool read_and_answer(const HttpHead& head, httplib::Response& response,
                       const httplib::ContentReader& reader) {
    HttpRequest request{head, "", std::nullopt};
    if (auto problem = read_body(head, reader, request.body)) {
      refuse(head, std::move(*problem));
      return false;
    }
    const auto complete = Deadline::Steady::now();
    HttpAnswer answer = handler_(request);
    finished_ = std::move(answer.finished);
    const auto waited = Deadline::Steady::now() - complete;
    if (!stopping_.wait(answer.delay - std::chrono::duration_cast<Duration>(waited))) return false;
    response.status = answer.status;
    for (const Header& header : answer.headers) response.set_header(header.name, header.value);
    // RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5: the client would take a body for the next
    // answer.
    const bool has_body = head.method != "HEAD" && answer.status != 204 && answer.status != 304;
    if (has_body) response.body = std::move(answer.body);
    return true;
  }

  const HttpServerOptions& options_;
  const HttpServer::Handler& handler_;
  ProtocolEngine& engine_;
  const Interrupt& stopping_;
  ServerStream stream_;
  std::function<void(bool)> finished_;
};

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, Handler handler)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      engine_(std::make_unique<ProtocolEngine>(options_)),
      sockets_(listen_on(options_.host, options_.port)) {
  raise_open_file_limit();
}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::start() {
  acceptor_ = std::thread([this] { accept_connections(); });
}

void HttpServer::stop() {
  stopping_.trigger();
  if (acceptor_.joinable()) acceptor_.join();
  sockets_.fds.clear();
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return connections_ == 0; });
}

void HttpServer::accept_connections() {
  std::vector<pollfd> fds;
  for (const UniqueFd& listener : sockets_.fds) fds.push_back({listener.get(), POLLIN, 0});
  fds.push_back({stopping_.fd(), POLLIN, 0});
  while (!stopping_.triggered()) {
    if (::poll(fds.data(), static_cast<nfds_t>(fds.size()), -1) <= 0) continue;
    for (std::size_t i = 0; i + 1 < fds.size(); ++i) {
      if (fds[i].revents != 0) accept_from(fds[i].fd);
    }
  }
}

void HttpServer::accept_from(int listener) {
  for (;;) {
    UniqueFd fd(::accept(listener, nullptr, nullptr));
    if (!fd) {
      const bool out_of_files = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
      // The connection waits in the backlog until another one has been closed.
      if (out_of_files) stopping_.wait(std::chrono::milliseconds(5));
      return;
    }
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    const int yes = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    {
      const std::lock_guard lock(mutex_);
      ++connections_;
    }
    try {
      std::thread([this, raw = fd.get()] { serve(raw); }).detach();
      fd.release();
    } catch (
        const std::system_error&) {  // no thread to be had: the client sees a closed connection
      const std::lock_guard lock(mutex_);
      --connections_;
    }
  }
}

void HttpServer::serve(int raw) {
  {
    const UniqueFd fd(raw);
    Conversation(raw, options_, handler_, *engine_, stopping_).run();
  }
  const std::lock_guard lock(mutex_);
  if (--connections_ == 0) idle_.notify_all();
}

}  // namespace slotflow
