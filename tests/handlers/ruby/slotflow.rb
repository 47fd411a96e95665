# The parts of a handler for Slotflow webhooks that do not depend on the framework.

require "json"
require "openssl"
require "set"

module Slotflow
  PATH = "/webhooks/slotflow"
  TOLERANCE_SECONDS = 300
  # Ruby's default is 100, for metadata and the objects around it.
  MOST_LEVELS = 512
  EVENTS = ["booking.confirmed", "booking.cancelled"].freeze
  # The key is the whole secret as issued, including its whsec_ prefix.
  SECRET = ENV.fetch("SLOTFLOW_WEBHOOK_SECRET")

  @seen = Set.new
  @lock = Mutex.new

  # X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several
  # v1 signatures; other schemes are ignored.
  def self.authentic?(header, body)
    pairs = header.split(",", -1).map { |pair| pair.split("=", 2) }
    return false unless pairs.all? { |pair| pair.size == 2 }

    t = pairs.assoc("t")&.last
    return false unless t&.match?(/\A[0-9]{1,12}\z/)
    return false if (Time.now.to_i - t.to_i).abs > TOLERANCE_SECONDS

    expected = OpenSSL::HMAC.hexdigest("SHA256", SECRET, "#{t}.".b + body)
    pairs.any? { |name, value| name == "v1" && OpenSSL.secure_compare(value, expected) }
  end

  # Returns the event and its data, or nil if the body is not JSON or not a Slotflow event.
  def self.parse(body)
    event, data = JSON.parse(body, max_nesting: MOST_LEVELS).values_at("event", "data")
    return unless event.is_a?(String)
    # The data of an unknown event may be anything.
    return [event, {}] unless EVENTS.include?(event)

    [event, data] if data["id"].is_a?(String)
  rescue JSON::ParserError, NoMethodError, TypeError
    nil
  end

  # Processes an event once. A confirmation and a cancellation have the same booking ID. (In
  # production: a unique key in the database.)
  def self.work(event, data)
    return unless EVENTS.include?(event) && @lock.synchronize { @seen.add?([event, data["id"]]) }

    puts JSON.generate(verdict: "accepted", event: event, booking_id: data["id"])
  end
end
