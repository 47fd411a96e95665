// A Receiver that runs during the test, and its reports.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "receive/receiver.h"
#include "support/fake_clock.h"
#include "support/loop_thread.h"
#include "support/raw_client.h"

namespace slotflow::test {

class LiveReceiver {
 public:
  explicit LiveReceiver(ReceiverOptions options = {}, std::vector<std::string> secrets = {})
      : LiveReceiver(std::move(options), std::make_unique<SecretSource>(std::move(secrets))) {}
  LiveReceiver(ReceiverOptions options, const Registry& registry)
      : LiveReceiver(std::move(options), std::make_unique<SecretSource>(registry)) {}

  int port() const { return receiver_.port(); }
  Receiver& receiver() { return receiver_; }
  FakeClock& clock() { return clock_; }

  // Calls `what` with the receiver on the receiver's thread, and returns its result.
  template <class What>
  auto read(What what) {
    if (stopped_) return what(receiver_);
    std::promise<decltype(what(receiver_))> result;
    asio::post(thread_.loop().context(), [&] { result.set_value(what(receiver_)); });
    return result.get_future().get();
  }
  bool expectation_met() {
    return read([](const Receiver& receiver) { return receiver.expectation_met(); });
  }
  std::uint64_t distinct_accepted() {
    return read([](const Receiver& receiver) { return receiver.summary().distinct; });
  }
  ReceiverSummary summary() {
    return read([](const Receiver& receiver) { return receiver.summary(); });
  }

  // Sends one request on its own connection.
  RawResponse request(const std::string& bytes) {
    RawClient client(port());
    client.send(bytes);
    return client.response();
  }

  ~LiveReceiver() { stop(); }

  // Stops the receiver and returns all reports.
  const std::vector<ReceivedRequest>& stop() {
    if (std::exchange(stopped_, true)) return reported_;
    thread_.run([this] { return receiver_.stop(); });
    thread_.stop();
    return reported_;
  }

 private:
  LiveReceiver(ReceiverOptions options, std::unique_ptr<SecretSource> secrets)
      : secrets_(std::move(secrets)),
        receiver_(thread_.loop(), on_a_free_port(std::move(options)), *secrets_, clock_,
                  [this](ReceivedRequest request) { reported_.push_back(std::move(request)); }) {
    receiver_.start();
    thread_.start();
  }
  static ReceiverOptions on_a_free_port(ReceiverOptions options) {
    options.server.port = 0;
    return options;
  }

  std::unique_ptr<SecretSource> secrets_;
  FakeClock clock_;
  std::vector<ReceivedRequest> reported_;  // of the loop's thread, until it is stopped
  bool stopped_ = false;
  LoopThread thread_;
  Receiver receiver_;
};

inline std::string booking_event(const std::string& id,
                                 const std::string& event = "booking.confirmed") {
  return "{\"event\":\"" + event + "\",\"data\":{\"id\":\"" + id + "\"}}";
}

inline std::string line(const ReceiverSummary& s) {
  return std::to_string(s.requests) + " requests, " + std::to_string(s.accepted) + " accepted, " +
         std::to_string(s.failed) + " failed, " + std::to_string(s.duplicates) + " duplicates, " +
         std::to_string(s.bad_signatures) + " bad signatures";
}

}  // namespace slotflow::test
