#include "engine/transport.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "engine/connector.h"
#include "engine/httplib_stream.h"
#include "engine/resolver.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxResponseHead = 64 * 1024;  // bytes
// cpp-httplib matches the status line with a regular expression of libstdc++, which recurses for
// each character: 20 KB of reason phrase overflow the stack.
constexpr std::size_t kMaxStatusLine = 1024;

// The stream cpp-httplib speaks HTTP over. It notes what the library forgets: what kind of end
// the connection came to, and whether what came looked like HTTP at all.
class ChannelStream final : public HttplibStream {
 public:
  explicit ChannelStream(Channel& channel) : channel_(channel) {}

  ssize_t read(char* bytes, size_t size) override {
    if (begin_ == end_ && !fill()) return ended_ ? 0 : -1;
    const std::size_t count = std::min(size, end_ - begin_);
    std::copy_n(buffer_ + begin_, count, bytes);
    begin_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, size_t size) override { return channel_.write(bytes, size); }
  socket_t socket() const override { return channel_.fd(); }

  void head_complete() { head_complete_ = true; }
  bool ended() const { return ended_; }
  bool head_too_large() const { return head_too_large_; }
  bool status_line_too_long() const { return status_line_too_long_; }
  const std::string& first_bytes() const { return first_bytes_; }

 private:
  bool fill() {
    if (!head_complete_ && received_ >= kMaxResponseHead) {
      head_too_large_ = true;
      return false;
    }
    const ssize_t count = channel_.read(buffer_, sizeof buffer_);
    ended_ = count == 0;
    if (count <= 0) return false;
    begin_ = 0;
    end_ = static_cast<std::size_t>(count);
    if (!check_status_line()) return false;
    if (received_ < kFirstBytes) first_bytes_.append(buffer_, std::min(end_, kFirstBytes));
    received_ += end_;
    return true;
  }

  // False when the first line, so far, is longer than the library can bear.
  bool check_status_line() {
    if (status_line_complete_) return true;
    const std::string_view bytes(buffer_, end_);
    const auto newline = bytes.find('\n');
    status_line_complete_ = newline != std::string_view::npos;
    status_line_too_long_ = received_ + std::min(newline, bytes.size()) > kMaxStatusLine;
    if (!status_line_too_long_) return true;
    if (first_bytes_.empty()) first_bytes_ = bytes.substr(0, kFirstBytes);
    begin_ = end_ = 0;
    return false;
  }

  static constexpr std::size_t kFirstBytes = 24;

  Channel& channel_;
  char buffer_[4096];
  std::size_t begin_ = 0, end_ = 0;
  std::size_t received_ = 0;
  std::string first_bytes_;
  bool ended_ = false;
  bool head_complete_ = false;
  bool head_too_large_ = false;
  bool status_line_complete_ = false;
  bool status_line_too_long_ = false;
};

// Writes into a string and has nothing to read.
class RecordingStream final : public HttplibStream {
 public:
  ssize_t read(char*, size_t) override { return 0; }
  ssize_t write(const char* bytes, size_t size) override {
    written.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  socket_t socket() const override { return -1; }

  std::string written;
};

// The path is sent as it was given; the setter's name depends on the release.
template <class Client>
void send_path_as_given(Client& client) {
  if constexpr (requires { client.set_path_encode(false); }) {
    client.set_path_encode(false);
  } else {
    client.set_url_encode(false);
  }
}

// cpp-httplib's client with the connection taken out of its hands: its own timeouts are for each
// read and write, and its name resolution has none.
class HookedClient : public httplib::ClientImpl {
 public:
  explicit HookedClient(const Url& url) : httplib::ClientImpl(url.host, url.port) {
    send_path_as_given(*this);
    set_decompress(false);
    set_follow_location(false);
  }

 protected:
  // Opens the connection: the socket, which cpp-httplib will close, or -1.
  virtual socket_t open() = 0;
  virtual bool talk(const std::function<bool(httplib::Stream&)>& conversation) = 0;

 private:
  // None is marked `override`, since some of those below are virtuals of other releases only.
  bool create_and_connect_socket(Socket& socket, httplib::Error& error) {
    socket.sock = open();
    if (socket.sock >= 0) return true;
    socket.sock = INVALID_SOCKET;
    error = httplib::Error::Connection;
    return false;
  }
  // Newer releases also hand over when the request began; each overload is the virtual of one.
  bool process_socket(const Socket&, std::function<bool(httplib::Stream&)> conversation) {
    return talk(conversation);
  }
  bool process_socket(const Socket&, std::chrono::time_point<std::chrono::steady_clock>,
                      std::function<bool(httplib::Stream&)> conversation) {
    return talk(conversation);
  }
};

httplib::Request to_httplib(const Request& request) {
  httplib::Request out;
  out.method = request.method;
  out.path = request.url.target;
  if (!find_header(request.headers, "Host")) out.headers.emplace("Host", request.url.authority());
  for (const Header& header : request.headers) out.headers.emplace(header.name, header.value);
  out.body = request.body;
  return out;
}

class WireRecorder final : public HookedClient {
 public:
  using HookedClient::HookedClient;
  std::string written;

 private:
  socket_t open() override { return std::numeric_limits<socket_t>::max(); }
  bool talk(const std::function<bool(httplib::Stream&)>& conversation) override {
    RecordingStream stream;
    conversation(stream);
    written = stream.written;
    return false;
  }
};

class DeliveryClient final : public HookedClient {
 public:
  DeliveryClient(const Request& request, const TlsSettings& tls, const Interrupt& interrupt)
      : HookedClient(request.url),
        request_(request),
        tls_(tls),
        deadline_(request.timeout, interrupt) {}

  Reply run() {
    httplib::Request request = to_httplib(request_);
    request.response_handler = [this](const httplib::Response& response) {
      note_head(response);
      // A 304 never has a body (RFC 9110, section 15.4.5); cpp-httplib would wait for one.
      body_cut_ = response.status == 304;
      return !body_cut_;
    };
    request.content_receiver = [this](const char* bytes, std::size_t size, auto...) {
      const std::size_t room = request_.max_response_body - response_.body.size();
      response_.body.append(bytes, std::min(size, room));
      body_cut_ = size >= room;
      return !body_cut_;
    };
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const bool complete = send(request, response, error);
    if (complete && response_.status == 0) note_head(response);  // 204: no body, no handler call

    Reply reply{Response{}, address_, {}};
    if (complete || body_cut_) {
      reply.result = std::move(response_);
    } else {
      reply.result = explain();
    }
    reply.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(Deadline::Steady::now() - begin_);
    return reply;
  }

 private:
  void note_head(const httplib::Response& response) {
    if (stream_) stream_->head_complete();
    response_.status = response.status;
    for (const auto& [name, value] : response.headers) response_.headers.push_back({name, value});
  }

  socket_t open() override {
    const auto addresses = resolve(request_.url.host, request_.url.port, deadline_);
    if (const auto* failure = std::get_if<Failure>(&addresses)) return give_up(*failure);
    auto connected = connect_any(std::get<0>(addresses), deadline_, address_);
    if (const auto* failure = std::get_if<Failure>(&connected)) return give_up(*failure);
    auto& connection = std::get<Connected>(connected);
    address_ = connection.address;
    channel_.emplace(connection.fd.get(), deadline_);
    if (request_.url.https && !channel_->start_tls(tls_, request_.url.host)) return -1;
    return connection.fd.release();
  }

  socket_t give_up(const Failure& failure) {
    failure_ = failure;
    return -1;
  }

  bool talk(const std::function<bool(httplib::Stream&)>& conversation) override {
    stream_.emplace(*channel_);
    const bool done = conversation(*stream_);
    channel_->close_tls();
    return done;
  }

  Failure explain() const {
    if (failure_) return *failure_;
    if (channel_->trouble()) return described(*channel_->trouble());
    const std::string& first = stream_->first_bytes();
    if (stream_->status_line_too_long() && first.compare(0, 5, "HTTP/") == 0) {
      return {FailureKind::bad_response, "the response's status line is longer than 1 KiB"};
    }
    if (stream_->head_too_large()) {
      return {FailureKind::bad_response, "the response's header is larger than 64 KiB"};
    }
    const bool like_http = first.compare(0, 5, "HTTP/") == 0;
    if (stream_->ended() && first.empty()) {
      return {FailureKind::connection_closed, "closed without an answer"};
    }
    if (stream_->ended() && like_http) return described({FailureKind::connection_closed, ""});
    return {FailureKind::bad_response,
            like_http ? "the answer breaks HTTP's rules" : "the answer is not HTTP/1.1"};
  }

  // Says how far the answer had come.
  Failure described(Failure failure) const {
    if (!failure.detail.empty() || !stream_) return failure;
    if (response_.status != 0) {
      failure.detail =
          "answered " + std::to_string(response_.status) + ", but the body never ended";
    } else if (!stream_->first_bytes().empty()) {
      failure.detail = "in the middle of the response's header";
    }
    return failure;
  }

  const Request& request_;
  const TlsSettings& tls_;
  Deadline::Steady::time_point begin_ = Deadline::Steady::now();  // not after deadline_'s
  Deadline deadline_;
  std::string address_;
  std::optional<Failure> failure_;  // before there was a channel
  std::optional<Channel> channel_;
  std::optional<ChannelStream> stream_;
  Response response_;
  bool body_cut_ = false;
};

}  // namespace

Reply HttpTransport::send(const Request& request) {
  return DeliveryClient(request, tls_, interrupt_).run();
}

std::string wire_bytes(const Request& request) {
  WireRecorder recorder(request.url);
  httplib::Request out = to_httplib(request);
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  recorder.send(out, response, error);
  return recorder.written;
}

}  // namespace slotflow
