# A handler for Slotflow webhooks in Rack without a framework.
#   puma --bind tcp://127.0.0.1:0 config.ru
# SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued

require_relative "slotflow"

$stdout.sync = true

def receive(env)
  return 404 unless env["PATH_INFO"] == Slotflow::PATH
  return 405 unless env["REQUEST_METHOD"] == "POST"

  # The signature covers the raw body.
  body = env["rack.input"].read
  return 401 unless Slotflow.authentic?(env["HTTP_X_SLOTFLOW_SIGNATURE"].to_s, body)

  received = Slotflow.parse(body)
  return 400 unless received

  Slotflow.work(*received)
  200
end

run ->(env) { [receive(env), {}, []] }
