#include "domain/failure_hint.h"

namespace slotflow {

namespace {

std::string hint_for_timeout(Stage stage, Duration timeout) {
  switch (stage) {
    case Stage::lookup:
      return "check the name servers of this machine";
    case Stage::connect:
      return "check the address and the port; a firewall may discard the connection";
    case Stage::tls:
      return "check that this port expects https, and that the server is not stuck";
    case Stage::request:
    case Stage::head:
    case Stage::body:
      break;
  }
  if (timeout < kSlotflowTimeout) {
    return "the limit was --timeout " + to_string(timeout) + "; Slotflow's is 10s in total";
  }
  return "Slotflow's limit is 10s in total: respond first, then do the work";
}

std::string hint_for_end(const Failure& failure, bool https) {
  const bool reset = failure.kind == FailureKind::connection_reset;
  const std::string what =
      reset ? "the server reset the connection" : "the server closed the connection";
  if (failure.stage == Stage::tls) return what + ": check that this port expects https";
  if (failure.stage != Stage::request) {
    return what + " before the response was complete; the handler may have crashed";
  }
  return what + "; the handler may have crashed" + (https ? "" : ", or this port expects https");
}

std::string hint_for_tls(FailureCause cause) {
  switch (cause) {
    case FailureCause::not_tls:
      return "check the port, and use http in the URL if the server speaks plain HTTP there";
    case FailureCause::client_certificate:
      return "Slotflow has no client certificate: let this URL do without";
    case FailureCause::unknown_name:
      return "check the name in the URL, and for which names the server is set up";
    case FailureCause::wrong_name:
      return "use a name that is in the certificate, or accept any certificate with --insecure";
    case FailureCause::wrong_date:
      return "check this machine's clock and renew the certificate, or accept any certificate with "
             "--insecure";
    case FailureCause::untrusted:
      return "trust your own certificate with --cacert FILE, or any certificate with --insecure";
    case FailureCause::after_handshake:
      return "check the server's log: TLS was agreed on, and failed later";
    case FailureCause::unknown:
    case FailureCause::needs_tls:
    case FailureCause::handshake:
      break;
  }
  return "check the TLS versions and ciphers that the server accepts";
}

}  // namespace

std::string hint_for(const Failure& failure, bool https, Duration timeout,
                     std::optional<int> port) {
  if (failure.cause == FailureCause::client_certificate) return hint_for_tls(failure.cause);
  switch (failure.kind) {
    case FailureKind::timeout:
      return hint_for_timeout(failure.stage, timeout);
    case FailureKind::connection_refused:
      return "check that the server is running" +
             (port ? " and listens on port " + std::to_string(*port) : "") +
             "; from inside a container, the host is host.docker.internal";
    case FailureKind::unreachable:
      return "this machine has no route to it: check the address and the network";
    case FailureKind::connection_reset:
    case FailureKind::connection_closed:
      return hint_for_end(failure, https);
    case FailureKind::dns:
      return "check the spelling of the host, and that this machine can resolve it";
    case FailureKind::tls:
      return hint_for_tls(failure.cause);
    case FailureKind::bad_response:
      if (failure.cause == FailureCause::needs_tls) return "use https in the URL";
      return failure.stage == Stage::body ? "check what writes the response's body"
                                          : "check that this is an HTTP/1.1 server";
    case FailureKind::interrupted:
      break;
  }
  return "";
}

}  // namespace slotflow
