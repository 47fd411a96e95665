# What Slotflow's guide asks of a handler in Ruby, for any framework.

require "json"
require "openssl"
require "set"

module Slotflow
  PATH = "/webhooks/slotflow"
  TOLERANCE_SECONDS = 300
  # Ruby takes 100 at most, and fewer are left for metadata.
  MOST_LEVELS = 512
  EVENTS = ["booking.confirmed", "booking.cancelled"].freeze
  # The key is the secret exactly as issued, its whsec_ prefix included.
  SECRET = ENV.fetch("SLOTFLOW_WEBHOOK_SECRET")

  @seen = Set.new
  @lock = Mutex.new

  # X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several
  # v1; schemes of other names are not ours to judge.
  def self.authentic?(header, body)
    pairs = header.split(",", -1).map { |pair| pair.split("=", 2) }
    return false unless pairs.all? { |pair| pair.size == 2 }

    t = pairs.assoc("t")&.last
    return false unless t&.match?(/\A[0-9]{1,12}\z/)
    return false if (Time.now.to_i - t.to_i).abs > TOLERANCE_SECONDS

    expected = OpenSSL::HMAC.hexdigest("SHA256", SECRET, "#{t}.".b + body)
    pairs.any? { |name, value| name == "v1" && OpenSSL.secure_compare(value, expected) }
  end

  # The event and its data, or nil where it is no JSON or no event of Slotflow's shape.
  def self.parse(body)
    event, data = JSON.parse(body, max_nesting: MOST_LEVELS).values_at("event", "data")
    return unless event.is_a?(String)
    # What comes with an event of tomorrow is not known today.
    return [event, {}] unless EVENTS.include?(event)

    [event, data] if data["id"].is_a?(String)
  rescue JSON::ParserError, NoMethodError, TypeError
    nil
  end

  # Works for an event once. A confirmation and a cancellation share the booking's id. (A real
  # handler notes the pair in its database, under a unique key.)
  def self.work(event, data)
    return unless EVENTS.include?(event) && @lock.synchronize { @seen.add?([event, data["id"]]) }

    puts JSON.generate(verdict: "accepted", event: event, booking_id: data["id"])
  end
end
