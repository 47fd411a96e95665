<?php
// A handler for Slotflow webhooks in PHP.
//   php -S 127.0.0.1:0 webhook.php
// SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
// TMPDIR                    folder for the IDs of the events it has processed

declare(strict_types=1);

const TOLERANCE_SECONDS = 300;
const EVENTS = ['booking.confirmed', 'booking.cancelled'];

// X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several
// v1 signatures; other schemes are ignored.
function isAuthentic(string $header, string $body): bool
{
    $t = '';
    $v1 = [];
    foreach (explode(',', $header) as $pair) {
        if (!str_contains($pair, '=')) {
            return false;
        }
        [$name, $value] = explode('=', $pair, 2);
        if ($name === 't') {
            $t = $value;
        } elseif ($name === 'v1') {
            $v1[] = $value;
        }
    }
    if (!preg_match('/\A[0-9]{1,12}\z/', $t) || abs(time() - (int) $t) > TOLERANCE_SECONDS) {
        return false;
    }
    // The key is the whole secret as issued, including its whsec_ prefix.
    $expected = hash_hmac('sha256', "$t.$body", getenv('SLOTFLOW_WEBHOOK_SECRET'));
    foreach ($v1 as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

// Returns the event and the booking ID, or null if the body is not JSON or not a Slotflow event.
function parseEvent(string $body): ?array
{
    // Arrays: PHP objects cannot have all keys that metadata can have.
    $payload = json_decode($body, true);
    $event = is_array($payload) ? $payload['event'] ?? null : null;
    if (!is_string($event)) {
        return null;
    }
    if (!in_array($event, EVENTS, true)) {
        return [$event, '']; // the data of an unknown event may be anything
    }
    $id = is_array($payload['data'] ?? null) ? $payload['data']['id'] ?? null : null;
    return is_string($id) ? [$event, $id] : null;
}

// A confirmation and a cancellation have the same booking ID. Of several requests at once, only one
// can create the file. (In production: a unique key in the database.)
function isNew(string $event, string $id): bool
{
    $name = sys_get_temp_dir() . '/' . hash('sha256', "$event $id");
    return @fopen($name, 'x') !== false;
}

function respond(int $status): never
{
    http_response_code($status);
    exit;
}

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) !== '/webhooks/slotflow') {
    respond(404);
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    respond(405);
}
// The signature covers the raw body.
$body = file_get_contents('php://input');
if (!isAuthentic($_SERVER['HTTP_X_SLOTFLOW_SIGNATURE'] ?? '', $body)) {
    respond(401);
}
$received = parseEvent($body);
if ($received === null) {
    respond(400);
}
[$event, $id] = $received;
if (in_array($event, EVENTS, true) && isNew($event, $id)) {
    error_log("$event $id"); // the work
}
respond(200);
