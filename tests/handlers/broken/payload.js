// Mistakes with payloads that are rare but valid.
'use strict';

const { good, EVENTS } = require('../node/good.js');

const MEMBERS = [
  ...['id', 'human_id', 'starts_at', 'ends_at', 'duration_minutes', 'attendee_name'],
  ...['attendee_email', 'status', 'metadata'],
];

const inBerlin = new Intl.DateTimeFormat('sv', {
  timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short',
});

// Does this with the event's booking before it is accepted; what it throws becomes a 500.
function first(use) {
  return function accept(payload, body) {
    const status = EVENTS.includes(payload.event) ? use(payload.data, payload) : undefined;
    return status ? this.refuse(status) : good.accept.call(this, payload, body);
  };
}

// Does this only with cancellations.
function cancelling(use) {
  return first((data, payload) => (payload.event === EVENTS[1] ? use(data) : undefined));
}

function depth(value) {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

// The values by their keys, in an object that inherits `constructor` and its like.
function group(value, groups = {}) {
  if (typeof value !== 'object' || value === null) return groups;
  for (const key of Object.keys(value)) {
    (groups[key] ??= []).push(value[key]);
    group(value[key], groups);
  }
  return groups;
}

module.exports = {
  'cancelled-null-metadata': {
    mistake: 'Reads a field of null metadata when a booking is cancelled, and returns 500.',
    accept: cancelling(({ metadata }) => {
      if (metadata === null) throw new TypeError('metadata is null');
    }),
  },
  'cancelled-empty-metadata': {
    mistake: 'Needs a field of metadata when a booking is cancelled, and returns 422.',
    accept: cancelling(({ metadata }) =>
      (metadata && Object.keys(metadata).length === 0 ? 422 : undefined)),
  },
  'cancelled-null-email': {
    mistake: 'Writes to the attendee when a booking is cancelled, and returns 500 if email is null.',
    accept: cancelling(({ attendee_email: email }) => {
      if (email === null) throw new TypeError('no recipient');
    }),
  },
  'cancelled-past': {
    mistake: 'Returns 422 to the cancellation of a booking that is over.',
    accept: cancelling(({ starts_at: startsAt }) =>
      (Date.parse(startsAt) < Date.now() ? 422 : undefined)),
  },
  'varchar-255-name': {
    mistake: 'Has room for 255 characters of a name, and returns 500 to more.',
    accept: first(({ attendee_name: name }) => {
      if (name?.length > 255) throw new Error('value too long for type character varying(255)');
    }),
  },
  'short-email': {
    mistake: 'Has room for 100 characters of an address, and returns 422 to more.',
    accept: first(({ attendee_email: email }) => (email?.length > 100 ? 422 : undefined)),
  },
  'varchar-255-metadata': {
    mistake: 'Has room for 255 characters of each metadata value, and returns 500 to more.',
    accept: first(({ metadata }) => {
      const texts = Object.values(metadata ?? {}).filter((value) => typeof value === 'string');
      if (texts.some((text) => text.length > 255)) throw new Error('value too long');
    }),
  },
  'few-keys': {
    mistake: 'Allows 100 fields of metadata, and returns 422 to more.',
    accept: first(({ metadata }) => (Object.keys(metadata ?? {}).length > 100 ? 422 : undefined)),
  },
  'short-source': {
    mistake: "Has room for 20 characters of metadata's source, and returns 500 to more.",
    accept: first(({ metadata }) => {
      if (metadata?.source?.length > 20) throw new Error('value too long');
    }),
  },
  'half-hours': {
    mistake: 'Validates that bookings start on a half hour, and returns 422.',
    accept: first(({ starts_at: startsAt }) =>
      ([0, 30].includes(new Date(startsAt ?? 0).getUTCMinutes()) ? undefined : 422)),
  },
  'opening-hours': {
    mistake: 'Validates that bookings are from 6 to 20, and returns 422.',
    accept: first(({ starts_at: startsAt }) => {
      const hour = new Date(startsAt ?? '2026-01-05T10:00:00Z').getUTCHours();
      return hour < 6 || hour > 20 ? 422 : undefined;
    }),
  },
  'weekdays': {
    mistake: 'Validates that bookings are from Monday to Friday, and returns 422.',
    accept: first(({ starts_at: startsAt }) =>
      ([0, 6].includes(new Date(startsAt ?? '2026-01-05').getUTCDay()) ? 422 : undefined)),
  },
  'horizon': {
    mistake: 'Validates that a booking is within 90 days, and returns 422.',
    accept: first(({ starts_at: startsAt }) =>
      (Date.parse(startsAt) > Date.now() + 90 * 24 * 3600 * 1000 ? 422 : undefined)),
  },
  'year-ahead': {
    mistake: 'Validates that a booking is within 366 days, and returns 422.',
    accept: first(({ starts_at: startsAt }) =>
      (Date.parse(startsAt) > Date.now() + 366 * 24 * 3600 * 1000 ? 422 : undefined)),
  },
  'short-durations': {
    mistake: 'Ends bookings on the day on which they start, and returns 422 to one of days.',
    accept: first(({ duration_minutes: minutes }) => (minutes > 24 * 60 ? 422 : undefined)),
  },
  'null-metadata': {
    mistake: 'Reads a member of metadata that is null, and returns 500.',
    accept: first(({ metadata }) => {
      if (metadata !== undefined) metadata.source?.trim?.();
    }),
  },
  'missing-metadata': {
    mistake: 'Reads a field of metadata that is absent, and returns 500.',
    accept: first(({ metadata }) => {
      if (metadata !== null) metadata.source?.trim?.();
    }),
  },
  'empty-metadata': {
    mistake: 'Assumes that metadata has a field, and returns 500 if it is empty.',
    accept: first(({ metadata }) => {
      if (metadata) Object.keys(metadata)[0].trim();
    }),
  },
  'deep-metadata': {
    mistake: 'Has a column for four levels of metadata, and returns 422 to more.',
    accept: first(({ metadata }) => (depth(metadata) > 4 ? 422 : undefined)),
  },
  'dotnet-depth': {
    mistake: 'Left the limit of its JSON parser at 64 levels, as in .NET, and returns 400 to more.',
    accept(payload, body) {
      return depth(payload) > 64 ? this.refuse(400) : good.accept.call(this, payload, body);
    },
  },
  'small-limit': {
    mistake: 'Left the limit of bodies at 10 KiB, and returns 413 to more.',
    async readBody(request) {
      const body = await good.readBody.call(this, request);
      return body?.length > 10 * 1024 ? undefined : body;
    },
  },
  'unicode-500': {
    mistake: 'Encodes metadata with btoa, which throws at letters beyond Latin-1, and returns 500.',
    accept: first(({ metadata }) => {
      btoa(JSON.stringify(metadata));
    }),
  },
  'proto': {
    mistake: 'Groups metadata by key in an object that has a constructor already, and returns 500.',
    accept: first(({ metadata }) => {
      group(metadata);
    }),
  },
  'text-metadata': {
    mistake: 'Assumes that every value of metadata is text, and returns 500 for a number.',
    accept: first(({ metadata }) => {
      for (const value of Object.values(metadata ?? {})) {
        if (typeof value === 'number' || Array.isArray(value)) value.trim();
      }
    }),
  },
  'mongo-keys': {
    mistake: 'Stores metadata where no key may begin with a dollar, and returns 500 if one does.',
    accept: first(({ metadata }) => {
      const bad = Object.keys(metadata ?? {}).some((key) => key.startsWith('$'));
      if (bad) throw new Error('The dollar ($) prefixed field is not valid for storage.');
    }),
  },
  'jsonb-nul': {
    mistake: 'Stores metadata as jsonb, which has no \\u0000, and returns 500 to it.',
    accept: first(({ metadata }) => {
      if (JSON.stringify(metadata ?? null).includes('\\u0000')) {
        throw new Error('unsupported Unicode escape sequence');
      }
    }),
  },
  'firewall': {
    mistake: 'Stands behind a firewall that returns 403 to whatever looks like an attack to it.',
    parse(body) {
      const attack = /<script|\.\.\/|\bselect\b.*\bfrom\b/i.test(body.toString());
      return attack ? undefined : good.parse.call(this, body);
    },
    refuse(status) {
      return good.refuse(status === 400 ? 403 : status);
    },
  },
  'lone-surrogate': {
    mistake: 'Encodes metadata with encodeURIComponent, which throws at half a character: 500.',
    accept: first(({ metadata }) => {
      for (const value of Object.values(metadata ?? {})) encodeURIComponent(value);
    }),
  },
  'past': {
    mistake: 'Validates that a booking is yet to begin, and returns 422 to a late event.',
    accept: first(({ starts_at: startsAt }) =>
      (Date.parse(startsAt) < Date.now() ? 422 : undefined)),
  },
  'two-names': {
    mistake: 'Assumes that a name has two words, and returns 500 for one.',
    accept: first(({ attendee_name: name }) => {
      name?.split(' ')[1].trim();
    }),
  },
  'sql-name': {
    mistake: 'Puts the name between quotes into a statement, which breaks at an apostrophe: 500.',
    accept: first(({ attendee_name: name }) => {
      if (name?.includes("'")) throw new Error('syntax error at or near "Brien"');
    }),
  },
  'xml-name': {
    mistake: "Writes the name into its CRM's XML unescaped, which is malformed with an &: 500.",
    accept: first(({ attendee_name: name }) => {
      if (/[<&]/.test(name)) throw new SyntaxError('xmlParseEntityRef: no name');
    }),
  },
  'narrow-email': {
    mistake: 'Validates addresses by a pattern without a plus, and returns 422.',
    accept: first(({ attendee_email: email }) =>
      (!email || /^[\w.'-]+@[\w.-]+$/.test(email) ? undefined : 422)),
  },
  'null-email': {
    mistake: 'Writes attendee_email in small letters, and returns 500 where it is null.',
    accept: first(({ attendee_email: email }) => {
      if (email !== undefined) email.toLowerCase();
    }),
  },
  'unknown-member': {
    mistake: 'Validates with a schema that allows no other members, and returns 422 to a new one.',
    accept: first((data, { event, created_at: createdAt, data: booking, ...others }) => {
      const known = Object.keys(data).every((key) => MEMBERS.includes(key));
      return known && Object.keys(others).length === 0 ? undefined : 422;
    }),
  },
  'unknown-event-500': {
    mistake: 'Calls the function for an event that it has none for, and returns 500.',
    accept(payload, body) {
      const functions = Object.fromEntries(EVENTS.map((event) => [event, () => undefined]));
      functions[payload.event]();
      return good.accept.call(this, payload, body);
    },
  },
  'unknown-event-400': {
    mistake: 'Returns 400 to an event it does not know, which is then sent again and again.',
    accept(payload, body) {
      if (!EVENTS.includes(payload.event)) return this.refuse(400);
      return good.accept.call(this, payload, body);
    },
  },
  'midnight': {
    mistake: 'Mistakes 0 minutes since midnight for a missing time, and returns 500.',
    accept: first(({ starts_at: startsAt }) => {
      const starts = new Date(startsAt);
      const minutes = starts.getUTCHours() * 60 + starts.getUTCMinutes();
      if (minutes === 0) throw new Error('expected a time of day');
    }),
  },
  'over-midnight': {
    mistake: 'Compares only the times of day, and returns 422 if the end is before the start.',
    accept: first(({ starts_at: startsAt, ends_at: endsAt }) =>
      (startsAt && startsAt.slice(11) > endsAt.slice(11) ? 422 : undefined)),
  },
  'leap-day': {
    mistake: 'Plans a reminder on the same day a year later, and returns 500 where there is none.',
    accept: first(({ starts_at: startsAt }) => {
      const [year, month, day] = (startsAt ?? '2026-01-01').slice(0, 10).split('-').map(Number);
      const later = new Date(Date.UTC(year + 1, month - 1, day));
      if (later.getUTCDate() !== day) throw new RangeError('day is out of range for month');
    }),
  },
  'last-day-of-year': {
    mistake: "Looks up the next day in the year's own calendar, and returns 500 on its last day.",
    accept: first(({ starts_at: startsAt }) => {
      const day = new Date(startsAt);
      const next = new Date(day.getTime() + 24 * 60 * 60 * 1000);
      const calendar = { [day.getUTCFullYear()]: { reminders: [] } };
      if (!Number.isNaN(next.getTime())) calendar[next.getUTCFullYear()].reminders.push(day);
    }),
  },
  'local-times': {
    mistake: 'Compares the hours and minutes of local time: 422 if the clocks go back meanwhile.',
    accept: first(({ starts_at: startsAt, ends_at: endsAt }) => {
      const local = (time) => inBerlin.format(new Date(time ?? 0));
      const sameDay = startsAt?.slice(0, 10) === endsAt?.slice(0, 10);
      return sameDay && local(endsAt) < local(startsAt) ? 422 : undefined;
    }),
  },
  'email-subject': {
    mistake: 'Puts the name into the subject of an email, which has one line: 500.',
    accept: first(({ attendee_name: name }) => {
      if (/[\r\n]/.test(name)) throw new TypeError('Invalid character in header content');
    }),
  },
  'usual-durations': {
    mistake: 'Validates duration_minutes with a list of the usual ones, and returns 422 to others.',
    accept: first(({ duration_minutes: minutes }) =>
      ([undefined, 15, 30, 45, 60].includes(minutes) ? undefined : 422)),
  },
  'created-at-ahead': {
    mistake: 'Returns 422 to a created_at in the future, and so to all events if its clock is slow.',
    accept: first((data, { created_at: createdAt }) =>
      (Date.parse(createdAt) > Date.now() ? 422 : undefined)),
  },
  'created-at-window': {
    mistake: 'Mistakes an event of an hour ago for a replay, by its created_at, and returns 422.',
    accept: first((data, { created_at: createdAt }) =>
      (Date.parse(createdAt) < Date.now() - 10 * 60 * 1000 ? 422 : undefined)),
  },
};
