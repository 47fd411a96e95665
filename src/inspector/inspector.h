// The inspector: a page, and the API under it, that shows entries in a browser.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "inspector/entries.h"
#include "inspector/resend.h"
#include "net/clock.h"

namespace slotflow {

inline constexpr int kInspectorPort = 4243;

// The command that runs it.
enum class InspectorMode { listen, serve, deliveries };

struct InspectorOptions {
  std::string host = "127.0.0.1";
  int port = kInspectorPort;         // 0: any free one
  std::string port_option = "--ui";  // with which the user chooses it
  InspectorMode mode = InspectorMode::listen;
  std::optional<std::string> url;         // of the receiver, or of the API
  std::optional<std::string> forward_to;  // the handler behind the receiver
  std::string secret_command;             // prints the secret of the webhook "WEBHOOK"
};

// What the inspector does. All must be thread-safe.
struct InspectorActions {
  SecretFor secret_for;
  ResendEntry resend;
};

// Has threads of its own. Destroying it ends all of them.
class Inspector {
 public:
  // Listens; responds from start() on. `entries` and `clock` must outlive this object. Throws
  // Error{io_error}.
  Inspector(InspectorOptions options, Entries& entries, InspectorActions actions, Clock& clock);
  ~Inspector();  // as stop()
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  std::string url() const;  // http://127.0.0.1:4243/
  void start();
  // Readable once it no longer accepts connections, by stop() or because of an error.
  int ended_fd() const;
  // Tells the viewers that it ends, and ends requests that are being sent again.
  void stop();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace slotflow
