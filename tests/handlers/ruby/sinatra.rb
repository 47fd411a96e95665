# A handler for Slotflow webhooks in Sinatra.
#   ruby sinatra.rb -p 0 -s puma
# SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued

require "sinatra"
require_relative "slotflow"

set :environment, :production # does not show exceptions to the sender
$stdout.sync = true

post Slotflow::PATH do
  # The signature covers the raw body.
  body = request.body.read
  halt 401 unless Slotflow.authentic?(request.env["HTTP_X_SLOTFLOW_SIGNATURE"].to_s, body)

  received = Slotflow.parse(body)
  halt 400 unless received

  Slotflow.work(*received)
  200
end
