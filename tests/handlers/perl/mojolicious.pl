#!/usr/bin/perl
# A handler for Slotflow webhooks in Mojolicious.
#   mojolicious.pl daemon --listen http://127.0.0.1:0 --mode production
# SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
# Prints its URL on stdout when it listens.
use Mojolicious::Lite -signatures;

use Digest::SHA qw(hmac_sha256_hex);
use Mojo::JSON qw(decode_json);
use Mojo::Util qw(secure_compare);

use constant {PATH => '/webhooks/slotflow', TOLERANCE_SECONDS => 300};

STDOUT->autoflush;

my %events = map { $_ => 1 } qw(booking.confirmed booking.cancelled);
my $secret = $ENV{SLOTFLOW_WEBHOOK_SECRET};
my %seen;    # in production: a unique key in the database

# X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several v1
# signatures; other schemes are ignored.
sub is_authentic ($header, $body) {
    my ($t, @v1) = ('');
    for my $pair (split /,/, $header, -1) {
        my ($name, $value) = $pair =~ /\A([^=]+)=(.*)\z/s or return 0;
        $t = $value if $name eq 't';
        push @v1, $value if $name eq 'v1';
    }
    return 0 if $t !~ /\A[0-9]{1,12}\z/ || abs(time - $t) > TOLERANCE_SECONDS;
    # The key is the whole secret as issued, including its whsec_ prefix.
    my $expected = hmac_sha256_hex("$t.$body", $secret);
    return !!grep { secure_compare($_, $expected) } @v1;
}

# Returns the event and the booking ID, or nothing if the body is not JSON or not a Slotflow event.
sub parse_event ($body) {
    my $payload = eval { decode_json($body) };
    return unless ref $payload eq 'HASH' && defined $payload->{event} && !ref $payload->{event};
    my ($event, $data) = @$payload{qw(event data)};
    return ($event, '') unless $events{$event};    # its data may be anything
    return unless ref $data eq 'HASH' && defined $data->{id} && !ref $data->{id};
    return ($event, $data->{id});
}

post PATH, sub ($c) {
    # The signature covers the raw body, not $c->req->json.
    my $body = $c->req->body;
    my $header = $c->req->headers->header('X-Slotflow-Signature') // '';
    return $c->rendered(401) unless is_authentic($header, $body);
    my ($event, $id) = parse_event($body) or return $c->rendered(400);
    $c->rendered(200);
    # A confirmation and a cancellation have the same booking ID.
    $c->log->info("$event $id") if $events{$event} && !$seen{$event}{$id}++;    # the work
};

app->start;
