// Mistakes with requests that are signed but are not valid events.
'use strict';

const { good } = require('../node/good.js');

// `parse`, but this is done with the body first; what it throws becomes a 500.
function first(use) {
  return function parse(body) {
    use(body);
    return good.parse.call(this, body);
  };
}

// `readBody`, but a body of more than 512 KiB is met with this.
function large(meet) {
  return async function readBody(request) {
    const body = await good.readBody.call(this, request);
    if (!body || body.length > 512 * 1024) await meet(request);
    return body;
  };
}

const never = new Promise(() => {});

module.exports = {
  'not-json-500': {
    mistake: 'Parses the body without checking that it is JSON, and returns 500 if not.',
    parse: first((body) => JSON.parse(body)),
  },
  'malformed-hang': {
    mistake: 'Does not handle the rejected promise of a malformed event, and never responds.',
    refuse(status) {
      return status === 400 ? never : good.refuse(status);
    },
  },
  'truncated-500': {
    mistake: 'Mistakes any body that begins with a brace for JSON: 500 for half of an object.',
    parse: first((body) => {
      if (body.toString().trim().startsWith('{')) JSON.parse(body);
    }),
  },
  'empty-500': {
    mistake: 'Reads the first byte of the body without checking that there is one: 500.',
    parse: first((body) => body.at(0).toString()),
  },
  'array-500': {
    mistake: 'Assumes that JSON is an object with data, and returns 500 for an array.',
    parse: first((body) => {
      let payload = {};
      try {
        payload = JSON.parse(body);
      } catch {
        // No JSON: answered 400 further on.
      }
      if (Array.isArray(payload)) payload.data.id.trim();
    }),
  },
  'null-500': {
    mistake: 'Mistakes null for an object, as typeof does, and returns 500.',
    parse: first((body) => {
      if (body.toString() === 'null') JSON.parse(body).event.trim();
    }),
  },
  'utf-8-500': {
    mistake: 'Decodes the body strictly, outside of the try, and returns 500 if it is not UTF-8.',
    parse: first((body) => new TextDecoder('utf-8', { fatal: true }).decode(body)),
  },
  'content-type-500': {
    mistake: 'Has no body where the Content-Type is not application/json, and returns 500.',
    isJson(contentType) {
      if (!good.isJson(contentType)) throw new TypeError("reading 'length' of undefined");
      return true;
    },
  },
  'big-body-500': {
    mistake: 'Lets the error of a body too large become a 500.',
    readBody: large(() => {
      throw new Error('request entity too large');
    }),
  },
  'big-body-hang': {
    mistake: 'Stops reading a body that is too large, and never responds.',
    readBody: large(() => never),
  },
  'big-body-reset': {
    mistake: 'Resets the connection if a body is too large, without a response.',
    readBody: large((request) => request.socket.resetAndDestroy()),
  },
  'dies-after-malformed': {
    mistake: 'Leaves a transaction open after a malformed event, and returns 500 to the next.',
    open: false,
    parse(body) {
      const payload = good.parse.call(this, body);
      const failed = payload && this.open;
      this.open = !payload;
      if (failed) throw new Error('there is already a transaction in progress');
      return payload;
    },
  },
};
