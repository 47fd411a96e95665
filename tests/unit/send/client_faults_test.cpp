// Every kind of failure, by a real fault.
#include <atomic>

#include <doctest/doctest.h>
#include <sys/ioctl.h>

#include "support/raw_endpoint.h"
#include "support/sending.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Reads the request, sends `bytes` and closes: at once, or with a reset.
RawEndpoint::Behaviour sending(std::string bytes, bool reset = false) {
  return [=](RawConnection& connection) {
    connection.read_request();
    connection.send(bytes);
    if (reset) connection.reset_at_end();
  };
}

// Waits until the client has acknowledged everything. Returns false if that is not to be.
bool all_read(RawConnection& connection) {
  int unread = 1;
  while (unread > 0 && connection.pause(Duration(1))) {
    if (::ioctl(connection.fd(), TIOCOUTQ, &unread) != 0) break;
  }
  return unread == 0;
}

// Sends `bytes`, and resets the connection once the client has read them: a reset may overtake
// what has not been read yet.
struct ResetAfterRead {
  explicit ResetAfterRead(const std::string& bytes)
      : endpoint([=](RawConnection& connection) {
          connection.read_request();
          connection.send(bytes);
          all_read(connection);
          connection.reset_at_end();
        }) {}
  RawEndpoint endpoint;
};

std::string told_for(RawEndpoint::Behaviour behaviour) {
  RawEndpoint endpoint(std::move(behaviour));
  return describe(send({.url = endpoint.url()}));
}

}  // namespace

TEST_CASE("client: connection_refused") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const std::string address = "127.0.0.1:" + std::to_string(port_of(nobody.get()));
  const Reply reply = send({.url = "http://" + address});
  CHECK(describe(reply) == "connection_refused: Connection refused");
  CHECK(reply.address == address);
  CHECK(reply.sent == 0);
}

TEST_CASE("client: connection_reset before the response") {
  CHECK(told_for(sending("", true)) == "connection_reset: Connection reset by peer");
}

TEST_CASE("client: connection_reset without reading the request") {
  RawEndpoint endpoint([](RawConnection& connection) { connection.reset_at_end(); });
  CHECK(kind_of(send({.url = endpoint.url()})) == "connection_reset");
  CHECK(kind_of(send({.url = endpoint.url(), .body = std::string(8 << 20, 'x')})) ==
        "connection_reset");
}

TEST_CASE("client: connection_reset in the middle of the response") {
  ResetAfterRead in_head("HTTP/1.1 200 OK\r\nX-");
  CHECK(describe(send({.url = in_head.endpoint.url()})) ==
        "connection_reset: Connection reset by peer");
  ResetAfterRead in_body("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(describe(send({.url = in_body.endpoint.url()})) ==
        "connection_reset: Connection reset by peer");
  ResetAfterRead in_endless_body("HTTP/1.1 200 OK\r\n\r\nabc");
  CHECK(describe(send({.url = in_endless_body.endpoint.url()})) ==
        "connection_reset: Connection reset by peer");
}

TEST_CASE("client: connection_closed") {
  CHECK(told_for(sending("")) == "connection_closed: closed without a response");
  CHECK(told_for(sending("HTTP/1.1 20")) ==
        "connection_closed: in the middle of the response headers");
  CHECK(told_for(sending("HTTP/1.1 200 OK\r\nContent-Le")) ==
        "connection_closed: in the middle of the response headers");
  CHECK(told_for(sending("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")) ==
        "connection_closed: in the middle of the response headers");
  CHECK(told_for(sending("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")) ==
        "connection_closed: responded with 200, but the body never ended");
  CHECK(told_for(sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")) ==
        "connection_closed: responded with 200, but the body never ended");
  CHECK(told_for(sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")) ==
        "connection_closed: responded with 200, but the body never ended");
}

TEST_CASE("client: dns") {
  // RFC 2606 keeps .invalid free of names for ever.
  const Reply reply = send({.url = "http://slotflow-hooks.invalid/"});
  CHECK(describe(reply).starts_with("dns: slotflow-hooks.invalid: "));
  CHECK(reply.address == "");
}

TEST_CASE("client: bad_response") {
  CHECK(told_for(sending("SSH-2.0-OpenSSH_9.2\r\n")) ==
        "bad_response: the response is not HTTP/1.1");
  CHECK(told_for(sending(std::string("\0\x01\x02garbage\xff", 11))) ==
        "bad_response: the response is not HTTP/1.1");
  CHECK(told_for(sending("<html>hello</html>\n\n")) ==
        "bad_response: the response is not HTTP/1.1");
  // What an HTTP/2 server says first: a SETTINGS frame (RFC 9113, section 3.4).
  CHECK(told_for(sending(std::string("\0\0\0\x04\0\0\0\0\0", 9))) ==
        "bad_response: the response is not HTTP/1.1");
  CHECK(told_for(sending("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) ==
        "bad_response: the response is not HTTP/1.1");
  CHECK(told_for(sending("HTTP/1.1 abc OK\r\n\r\n")) ==
        "bad_response: the status is not three digits");
  CHECK(told_for(sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) ==
        "bad_response: a chunk's size is not a hexadecimal number");
}

TEST_CASE("client: a failure says how far the attempt had come") {
  const auto stage_of = [](const std::string& url) {
    const Reply reply = send({.url = url});
    REQUIRE(reply.failure() != nullptr);
    return reply.failure()->stage;
  };
  const auto stage_after = [&](const std::string& bytes) {
    RawEndpoint endpoint(sending(bytes));
    return stage_of(endpoint.url());
  };
  CHECK(stage_of("http://slotflow-hooks.invalid/") == Stage::lookup);
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const std::string address = "127.0.0.1:" + std::to_string(port_of(nobody.get()));
  CHECK(stage_of("http://" + address) == Stage::connect);
  RawEndpoint plain(
      [](RawConnection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  CHECK(stage_of("https" + plain.url().substr(4)) == Stage::tls);
  CHECK(stage_after("") == Stage::request);
  CHECK(stage_after("HTTP/1.1 20") == Stage::head);
  CHECK(stage_after("HTTP/1.1 200 OK\r\nA: b\r\n") == Stage::head);
  CHECK(stage_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") == Stage::body);
  CHECK(stage_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") == Stage::body);
  CHECK(stage_after("SSH-2.0-OpenSSH_9.2\r\n") == Stage::head);
}

TEST_CASE("client: a garbage line that never ends is bad, and not read for ever") {
  const std::string text = told_for([](RawConnection& connection) {
    connection.read_request();
    const std::string much(4096, 'x');
    while (connection.send(much)) {
    }
  });
  CHECK(text == "bad_response: the response is not HTTP/1.1");
}

TEST_CASE("client: long responses within the limit of 64 KiB are accepted") {
  const auto told_of = [](const std::string& head) {
    return told_for(sending(head + "\r\nContent-Length: 0\r\n\r\n"));
  };
  for (const std::size_t size : {1'000U, 9'000U, 60'000U}) {
    CHECK(told_of("HTTP/1.1 200 " + std::string(size, 'a')) == "200");
    CHECK(told_of("HTTP/1.1 200 OK\r\nX-A: " + std::string(size, 'a')) == "200");
  }
}

TEST_CASE("client: an invalid response is reported at once, although the connection stays open") {
  struct Row {
    const char* bytes;
    const char* told;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
       "the Content-Length does not consist of digits"},
      {"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
       "the Content-Length does not consist of digits"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
       "there are different Content-Lengths"},
      {"HTTP/1.1 101 Switching\r\n\r\n", "the status is 101, but no upgrade was requested"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n",
       "a chunk's size is not a hexadecimal number"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n",
       "a chunk does not end where its size says"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n", "a header line has no colon"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", "a header is folded into several lines"},
      {"HTTP/1.1 200 OK\r\nA: b\rc\r\n", "a header line has a CR without an LF"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    RawEndpoint endpoint([&](RawConnection& connection) {
      connection.read_request();
      connection.send(row.bytes);
      connection.hold();
    });
    CHECK(describe(send({.url = endpoint.url()})) == std::string("bad_response: ") + row.told);
  }
}

TEST_CASE("client: a chunk's size line without an end is bad after 8 KiB of it") {
  std::atomic<std::size_t> sent = 0;
  const std::string text = told_for([&](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string much(4096, '0');
    while (connection.send(much)) sent += much.size();
  });
  CHECK(text == "bad_response: a chunk's size line is over 8 KiB");
}

TEST_CASE("client: header order, case, empty values and the reason phrase are kept") {
  RawEndpoint endpoint(
      sending("HTTP/1.1 200 Fine\nZ-First: 1\nX-Empty:\nA-Last: %0D%0A\nz-first: 2\n\nreceived"));
  const Reply reply = send({.url = endpoint.url()});
  REQUIRE(describe(reply) == "200");
  CHECK(reply.response()->reason == "Fine");
  CHECK(reply.response()->body == "received");
  CHECK(reply.response()->headers ==
        std::vector<Header>{
            {"Z-First", "1"}, {"X-Empty", ""}, {"A-Last", "%0D%0A"}, {"z-first", "2"}});
}

TEST_CASE("client: a header over 64 KiB is bad, in one line and in many") {
  std::string many = "HTTP/1.1 200 OK\r\n";
  while (many.size() <= 64 * 1024) many += "X-Filler: " + std::string(100, 'x') + "\r\n";
  many += "\r\n";
  CHECK(kind_of([&] {
          RawEndpoint endpoint(sending(many));
          return send({.url = endpoint.url()});
        }()) == "bad_response");
  RawEndpoint one_line(
      sending("HTTP/1.1 200 OK\r\nX-Filler: " + std::string(70'000, 'x') + "\r\n\r\n"));
  CHECK(kind_of(send({.url = one_line.url()})) == "bad_response");
}

TEST_CASE("client: the response of an endpoint that does not read the body is read") {
  for (int i = 0; i < 20; ++i) {
    RawEndpoint endpoint([](RawConnection& connection) {
      connection.send(http_response("413 Content Too Large", "too large"));
    });
    const Reply reply = send({.url = endpoint.url(), .body = std::string(1 << 20, 'x')});
    REQUIRE(describe(reply) == "413");
    CHECK(reply.response()->body == "too large");
  }
}

TEST_CASE("client: a response after half of the body counts, although the rest is never read") {
  const TestCertificate certificate;
  TlsOptions tls;
  tls.insecure = true;
  for (const char* scheme : {"http", "https"}) {
    CAPTURE(scheme);
    RawEndpoint endpoint([&](RawConnection& connection) {
      if (scheme == std::string("https") && !connection.start_tls(certificate)) return;
      connection.send(http_response("413 Content Too Large", "too large"));
      connection.pause(std::chrono::hours(1));
    });
    const Reply reply = send({.url = scheme + ("://" + endpoint.address()),
                              .body = std::string(64 << 20, 'x'),
                              .tls = tls});
    CHECK(describe(reply) == "413");
    CHECK(reply.sent > 0);
    CHECK(reply.sent < 64 << 20);
  }
}

TEST_CASE("client: tls, by a certificate that is not trusted, expired or for another host") {
  const TempDir dir;
  const auto attempt = [&](const TestCertificate& certificate, bool trusted, bool insecure) {
    RawEndpoint endpoint([&](RawConnection& connection) {
      if (connection.start_tls(certificate)) responding(http_response("200 OK"))(connection);
    });
    TlsOptions tls;
    tls.insecure = insecure;
    if (trusted) {
      tls.ca_file = dir.file("ca.pem");
      spit(tls.ca_file, certificate.pem());
    }
    return describe(send({.url = "https://" + endpoint.address(), .tls = tls}));
  };
  const TestCertificate good;
  const TestCertificate expired({.valid_from = -7200, .valid_until = -3600});
  const TestCertificate not_yet({.valid_from = 3600, .valid_until = 7200});
  const TestCertificate other_name({.names = "DNS:other.example"});
  const TestCertificate other_address({.names = "IP:127.0.0.2"});
  CHECK(attempt(good, true, false) == "200");
  CHECK(attempt(good, false, false) == "tls: self-signed certificate");
  CHECK(attempt(expired, true, false) == "tls: certificate has expired");
  CHECK(attempt(not_yet, true, false) == "tls: certificate is not yet valid");
  CHECK(attempt(other_name, true, false) == "tls: the certificate is not valid for 127.0.0.1");
  CHECK(attempt(other_address, true, false) == "tls: the certificate is not valid for 127.0.0.1");
  for (const auto* certificate : {&good, &expired, &other_name}) {
    CHECK(attempt(*certificate, false, true) == "200");
  }
}

TEST_CASE("client: tls, by a name that is not in the certificate") {
  const TempDir dir;
  const TestCertificate certificate({.names = "DNS:other.example"});
  spit(dir.file("ca.pem"), certificate.pem());
  RawEndpoint endpoint([&](RawConnection& connection) { connection.start_tls(certificate); });
  TlsOptions tls;
  tls.ca_file = dir.file("ca.pem");
  const std::string url = "https://localhost:" + std::to_string(endpoint.port());
  CHECK(describe(send({.url = url, .tls = tls})) ==
        "tls: the certificate is not valid for localhost");
}

TEST_CASE("client: tls, by a server that speaks plain HTTP") {
  RawEndpoint endpoint([](RawConnection& connection) {
    connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.hold();
  });
  CHECK(describe(send({.url = "https://" + endpoint.address()})) ==
        "tls: the server speaks plain HTTP at this port, not TLS");
  RawEndpoint other([](RawConnection& connection) {
    connection.send("220 mail.example ESMTP\r\n");
    connection.hold();
  });
  CHECK(describe(send({.url = "https://" + other.address()})) ==
        "tls: the server does not speak TLS at this port");
}

TEST_CASE("client: tls, by a server that ends it after the handshake") {
  const TestCertificate certificate;
  TlsOptions tls;
  tls.insecure = true;
  for (const std::string& begin :
       {std::string(), std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nha")}) {
    CAPTURE(begin);
    RawEndpoint endpoint([&](RawConnection& connection) {
      if (!connection.start_tls(certificate)) return;
      connection.read_request();
      if (!begin.empty()) connection.send(begin);
      connection.send_alert();
    });
    const Reply reply = send({.url = "https://" + endpoint.address(), .tls = tls});
    CHECK(describe(reply) == "tls: the server ended the TLS connection: bad record mac");
    REQUIRE(reply.failure() != nullptr);
    CHECK(reply.failure()->cause == FailureCause::after_handshake);
    CHECK(reply.failure()->stage == (begin.empty() ? Stage::request : Stage::body));
  }
}

TEST_CASE("client: plain HTTP to a server that responds with an alert of TLS") {
  const std::string alert("\x15\x03\x01\0\x02\x02\x46", 7);
  for (const std::size_t piece : {alert.size(), std::size_t{1}}) {
    RawEndpoint endpoint([&](RawConnection& connection) {
      connection.read_request();
      for (std::size_t done = 0; done < alert.size(); done += piece) {
        if (!connection.send(alert.substr(done, piece)) || !all_read(connection)) return;
      }
      connection.hold();
    });
    CHECK(describe(send({.url = endpoint.url()})) ==
          "bad_response: the server speaks TLS at this port, not plain HTTP");
  }
}

TEST_CASE("client: what only begins like an alert of TLS") {
  const auto in_pieces = [](std::string rest, bool reset) {
    return [=](RawConnection& connection) {
      connection.read_request();
      connection.send("\x15");
      if (!all_read(connection)) return;
      connection.send(rest);
      if (reset) connection.reset_at_end();
    };
  };
  const std::string bad = told_for(sending("\x15TTP/1.1 200 OK\r\n\r\n"));
  CHECK(bad.starts_with("bad_response: "));
  CHECK(told_for(in_pieces("TTP/1.1 200 OK\r\n\r\n", false)) == bad);
  CHECK(told_for(in_pieces("", false)) == bad);
  CHECK(told_for(in_pieces("", true)).starts_with("connection_reset: "));
}

TEST_CASE("client: a TLS server that closes during the handshake") {
  RawEndpoint closes([](RawConnection& connection) {
    connection.pause(Duration(0));
    char hello[4096];
    ::recv(connection.fd(), hello, sizeof hello, 0);
  });
  CHECK(describe(send({.url = "https://" + closes.address()})) ==
        "connection_closed: during the TLS handshake");
  RawEndpoint resets([](RawConnection& connection) { connection.reset_at_end(); });
  CHECK(kind_of(send({.url = "https://" + resets.address()})) == "connection_reset");
}

TEST_CASE("client: bad_response for plain HTTP to a TLS server") {
  const TestCertificate certificate;
  RawEndpoint endpoint([&](RawConnection& connection) { connection.start_tls(certificate); });
  // OpenSSL's server responds with an alert record, or just leaves.
  const std::string kind = kind_of(send({.url = endpoint.url()}));
  CHECK((kind == "bad_response" || kind == "connection_closed" || kind == "connection_reset"));
}
