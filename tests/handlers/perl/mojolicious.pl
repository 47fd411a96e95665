#!/usr/bin/perl
# A handler for Slotflow webhooks in Mojolicious.
#   mojolicious.pl daemon --listen http://127.0.0.1:0 --mode production
# SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
# Prints its URL on stdout once it can be reached.
use Mojolicious::Lite -signatures;

use Digest::SHA qw(hmac_sha256_hex);
use Mojo::JSON qw(decode_json);
use Mojo::Util qw(secure_compare);

use constant {PATH => '/webhooks/slotflow', TOLERANCE_SECONDS => 300};

STDOUT->autoflush;

my %events = map { $_ => 1 } qw(booking.confirmed booking.cancelled);
my $secret = $ENV{SLOTFLOW_WEBHOOK_SECRET};
my %seen;    # a real handler notes events in its database, under a unique key

# X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several v1;
# schemes of other names are not ours to judge.
sub is_authentic ($header, $body) {
    my ($t, @v1) = ('');
    for my $pair (split /,/, $header, -1) {
        my ($name, $value) = $pair =~ /\A([^=]+)=(.*)\z/s or return 0;
        $t = $value if $name eq 't';
        push @v1, $value if $name eq 'v1';
    }
    return 0 if $t !~ /\A[0-9]{1,12}\z/ || abs(time - $t) > TOLERANCE_SECONDS;
    # The key is the secret exactly as issued, its whsec_ prefix included.
    my $expected = hmac_sha256_hex("$t.$body", $secret);
    return !!grep { secure_compare($_, $expected) } @v1;
}

# The event and the booking's id, or nothing where it is no JSON or no event of Slotflow's shape.
sub parse_event ($body) {
    my $payload = eval { decode_json($body) };
    return unless ref $payload eq 'HASH' && defined $payload->{event} && !ref $payload->{event};
    my ($event, $data) = @$payload{qw(event data)};
    return ($event, '') unless $events{$event};    # one of tomorrow
    return unless ref $data eq 'HASH' && defined $data->{id} && !ref $data->{id};
    return ($event, $data->{id});
}

post PATH, sub ($c) {
    # The signature is over the bytes as they came: $c->req->json is only what they mean.
    my $body = $c->req->body;
    my $header = $c->req->headers->header('X-Slotflow-Signature') // '';
    return $c->rendered(401) unless is_authentic($header, $body);
    my ($event, $id) = parse_event($body) or return $c->rendered(400);
    $c->rendered(200);
    # A confirmation and a cancellation share the booking's id.
    $c->log->info("$event $id") if $events{$event} && !$seen{$event}{$id}++;    # the work
};

app->start;
