// listen over TLS, with fire on the other side.
#include <memory>

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include "net/openssl.h"
#include "support/live_receiver.h"
#include "support/run_program.h"
#include "support/test_certificate.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

Json fired_over_tls(const Home& home, const std::string& url, std::vector<std::string> args) {
  args.insert(args.begin(), {"fire", "confirmed", "--json", "-q", "--no-retry", "--to", url});
  Program fire(home, args);
  fire.wait();
  CAPTURE(fire.err.text());
  REQUIRE(!fire.lines().empty());
  return fire.lines().at(0);
}

// Sends this over TLS. Returns the first line of what comes, and how the connection ends.
std::string read_over_tls(int port, const std::string& bytes) {
  const UniqueFd fd = connected_socket("127.0.0.1", port);
  const SslContext context(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> ssl(::SSL_new(context.get()), &::SSL_free);
  ::SSL_set_fd(ssl.get(), fd.get());
  REQUIRE(::SSL_connect(ssl.get()) == 1);
  REQUIRE(::SSL_write(ssl.get(), bytes.data(), static_cast<int>(bytes.size())) > 0);
  std::string text;
  char part[4096];
  for (int count = 1; count > 0;) {
    count = ::SSL_read(ssl.get(), part, sizeof part);
    if (count > 0) text.append(part, static_cast<std::size_t>(count));
  }
  const bool in_order = (::SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  return text.substr(0, text.find("\r\n")) + " ... " + (in_order ? "in order" : "cut");
}

std::string with_host(const Listener& listener, const std::string& host) {
  return "https://" + host + ":" + std::to_string(listener.port) + "/";
}

}  // namespace

TEST_CASE("listen --tls: a certificate made on the spot is trusted by who is given it") {
  const Home home;
  const TempDir dir;
  const std::string cert = dir.file("cert.pem");
  Listener listener(home, {"--tls", "--tls-cert-out", cert, "--host", "localhost"});
  CHECK(listener.url == with_host(listener, "localhost"));
  for (const char* host : {"localhost", "127.0.0.1", "[::1]"}) {
    CAPTURE(host);
    CHECK(fired_over_tls(home, with_host(listener, host), {"--cacert", cert})["status"] == 200);
  }
  CHECK(fired_over_tls(home, listener.url, {})["error"] == "tls");
  CHECK(fired_over_tls(home, listener.url, {"--insecure"})["status"] == 200);
  CHECK(slurp(cert).find("PRIVATE KEY") == std::string::npos);
}

TEST_CASE("listen --tls: clients that do not trust it are one warning, and no request") {
  const Home home;
  Listener listener(home, {"--tls", "--count", "1"});
  for (int i = 0; i < 3; ++i) {
    CHECK(fired_over_tls(home, listener.url, {})["error"] == "tls");
  }
  CHECK(fired_over_tls(home, listener.url, {"--insecure"})["status"] == 200);
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["answer"]["status"] == 200);
  CHECK(lines[2]["requests"] == 1);
  const std::string err = listener.program.err.text();
  const std::string warning = "the client does not trust the certificate";
  CHECK(err.find(warning) != std::string::npos);
  CHECK(err.find(warning) == err.rfind(warning));
}

TEST_CASE("listen --tls: plain HTTP is dropped, and disturbs nobody") {
  const Home home;
  Listener listener(home, {"--tls"});
  RawClient plain(listener.port);
  plain.send(post("{}"));
  plain.read_to_end();
  CHECK(fired_over_tls(home, listener.url, {"--insecure"})["status"] == 200);
  CHECK(listener.program.err.await_line("the client speaks plain HTTP") != "");
}

TEST_CASE("listen --tls: faults are played under it") {
  const Home home;
  const auto error_of = [&](const std::string& fault) {
    std::vector<std::string> args = {"--tls", "--fault", fault};
    if (fault == "drip") args.insert(args.end(), {"--drip-duration", "1h"});
    Listener listener(home, args);
    return fired_over_tls(home, listener.url, {"--insecure", "--timeout", "2s"})["error"];
  };
  CHECK(error_of("reset") == "connection_reset");
  CHECK(error_of("reset-mid") == "connection_reset");
  CHECK(error_of("empty") == "connection_closed");
  CHECK(error_of("garbage") == "bad_response");
  CHECK(error_of("truncate") == "connection_closed");
  CHECK(error_of("drip") == "timeout");
  CHECK(error_of("timeout") == "timeout");
}

TEST_CASE(
    "listen --tls: a connection is ended in order, so that a cut response is known to be one") {
  const Home home;
  const std::string closing = post("{}", "/", "Connection: close\r\n");
  Listener good(home, {"--tls"});
  CHECK(read_over_tls(good.port, closing) == "HTTP/1.1 200 OK ... in order");
  Listener cuts(home, {"--tls", "--fault", "truncate", "--body", "0123456789"});
  CHECK(read_over_tls(cuts.port, post("{}")) == "HTTP/1.1 200 OK ... in order");
  Listener resets(home, {"--tls", "--fault", "reset-mid"});
  CHECK(read_over_tls(resets.port, post("{}")) == "HTTP/1.1 200 OK ... cut");
}

TEST_CASE("listen --cert: a certificate of one's own") {
  const Home home;
  const TempDir dir;
  const TestCertificate certificate;
  spit(dir.file("cert"), certificate.pem());
  spit(dir.file("key"), certificate.key_pem());
  Listener listener(home, {"--cert", dir.file("cert"), "--key", dir.file("key")});
  CHECK(fired_over_tls(home, with_host(listener, "127.0.0.1"),
                       {"--cacert", dir.file("cert")})["status"] == 200);
}

TEST_CASE("listen --forward-to https: the handler's certificate is checked") {
  const Home home;
  const TempDir dir;
  const std::string cert = dir.file("cert.pem");
  Listener handler(home, {"--tls", "--tls-cert-out", cert});
  const auto status_with = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"--forward-to", handler.url});
    Listener proxy(home, args);
    return fired_over_tls(home, proxy.url, {})["status"];
  };
  CHECK(status_with({}) == 502);
  CHECK(status_with({"--cacert", cert}) == 200);
  CHECK(status_with({"--insecure"}) == 200);
}
