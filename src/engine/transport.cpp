#include "engine/transport.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "engine/channel_stream.h"
#include "engine/connector.h"
#include "engine/resolver.h"

namespace slotflow {

namespace {

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

// The head of `request` with its headers as they are, and no others but those of the connection.
std::string head_text(const Request& request) {
  std::string text = request.method + " " + request.url.target + " HTTP/1.1\r\n";
  if (!find_header(request.headers, "Host")) text += "Host: " + request.url.authority() + "\r\n";
  for (const Header& header : request.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (has_body) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "Connection: close\r\n\r\n";
}

}  // namespace

class DeliveryClient final : public HookedClient {
 public:
  DeliveryClient(const Url& url, const TlsSettings& tls, const Interrupt& interrupt)
      : HookedClient(url), tls_(tls), interrupt_(interrupt), deadline_(Duration(0), interrupt) {}

  int connections() const { return connections_; }  // that it has opened so far

  // Sends `delivery`, on the connection of the one before if that is kept and still there.
  Reply run(const Request& delivery) {
    begin(delivery);
    httplib::Request request = to_httplib(delivery);
    request.response_handler = [this](const httplib::Response& response) {
      note_head(response);
      // A 304 never has a body (RFC 9110, section 15.4.5); cpp-httplib would wait for one.
      body_cut_ = response.status == 304;
      return !body_cut_;
    };
    request.content_receiver = [this](const char* bytes, std::size_t size, auto...) {
      const std::size_t room = request_->max_response_body - response_.body.size();
      response_.body.append(bytes, std::min(size, room));
      response_.cut |= size > room;
      body_cut_ = response_.cut && !request_->whole_response;
      return !body_cut_;
    };
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const bool complete = send(request, response, error);
    if (complete && response_.status == 0) note_head(response);  // 204: no body, no handler call

    Reply reply{Response{}, address_, {}, certificate_until_};
    const bool is_answer = complete || body_cut_;
    if (is_answer && (response_.status < 200 || response_.status > 599)) {
      // RFC 9110, section 15: the first digit is one of five, and 1xx never is the last word.
      reply.result = Failure{FailureKind::bad_response,
                             "the status " + std::to_string(response_.status) + " is no answer"};
    } else if (is_answer) {
      reply.result = std::move(response_);
    } else {
      reply.result = explain();
    }
    reply.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(PollDeadline::Steady::now() - begin_);
    return reply;
  }

 private:
  void note_head(const httplib::Response& response) {
    response_.status = response.status;
    for (const auto& [name, value] : response.headers) response_.headers.push_back({name, value});
  }

  void begin(const Request& delivery) {
    request_ = &delivery;
    begin_ = PollDeadline::Steady::now();  // not after deadline_'s
    deadline_ = PollDeadline(delivery.timeout, interrupt_);
    failure_.reset();
    stream_.reset();
    response_ = {};
    body_cut_ = false;
    if (channel_) channel_->renew();
  }

  socket_t open() override {
    ++connections_;
    const auto addresses = resolve(request_->url.host, request_->url.port, deadline_);
    if (const auto* failure = std::get_if<Failure>(&addresses)) return give_up(*failure);
    auto connected = connect_any(std::get<0>(addresses), deadline_, address_);
    if (const auto* failure = std::get_if<Failure>(&connected)) return give_up(*failure);
    auto& connection = std::get<OldConnected>(connected);
    address_ = connection.address;
    channel_.emplace(connection.fd.get(), deadline_);
    if (request_->url.https) {
      if (!channel_->start_tls(tls_, request_->url.host)) return -1;
      certificate_until_ = channel_->certificate_until();
    }
    return connection.fd.release();
  }

  socket_t give_up(const Failure& failure) {
    failure_ = failure;
    return -1;
  }

  bool talk(const std::function<bool(httplib::Stream&)>& conversation) override {
    stream_.emplace(*channel_, head_text(*request_), request_->pause_after);
    const bool done = conversation(*stream_);
    if (!keep_alive_) channel_->close_tls();
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

  const TlsSettings& tls_;
  const Interrupt& interrupt_;
  const Request* request_ = nullptr;  // the one that is under way, as all below
  PollDeadline::Steady::time_point begin_;
  PollDeadline deadline_;
  int connections_ = 0;
  std::string address_;
  std::optional<Timestamp> certificate_until_;
  std::optional<Failure> failure_;  // before there was a channel
  std::optional<Channel> channel_;
  std::optional<ChannelStream> stream_;
  Response response_;
  bool body_cut_ = false;
};

Reply HttpTransport::send(const Request& request) {
  return DeliveryClient(request.url, tls_, interrupt_).run(request);
}

}  // namespace slotflow
