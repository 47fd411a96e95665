// Responses that reveal too much.
'use strict';

const { good } = require('../node/good.js');

module.exports = {
  'leaks-secret': {
    mistake: 'Includes its secret in the response to a wrong signature.',
    refuse(status) {
      if (status !== 401) return good.refuse(status);
      return { ...good.refuse(status), text: `does not fit the secret ${this.secret}\n` };
    },
  },
  'leaks-half-secret': {
    mistake: 'Writes its secret, without the prefix, into a header of each response.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return { ...answer, headers: { ...answer.headers, 'X-Key': this.secret.slice(6) } };
    },
  },
  'leaks-when-accepted': {
    mistake: 'Returns its whole state, including the secret, for an accepted event.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return answer.status === 200 ? { ...answer, text: JSON.stringify(this) } : answer;
    },
  },
  'echoes-expected': {
    mistake: 'Returns the expected signature for a wrong one; the caller can then send it.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      return { ...good.refuse(status), text: `expected v1=${this.sign(signature.t, body)}\n` };
    },
  },
  'echoes-expected-in-capitals': {
    mistake: 'Returns the expected signature for a wrong one, in capitals.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      return { ...good.refuse(status), text: this.sign(signature.t, body).toUpperCase() };
    },
  },
  'echoes-request': {
    mistake: 'None: returns the signature header of a rejected request, which the sender knows.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      const text = request.headers['x-slotflow-signature'];
      return answer.status === 400 ? { ...answer, text } : answer;
    },
  },
  'long-refusals': {
    mistake: 'Rejects with more than is searched, and a stack trace behind it.',
    refuse(status) {
      return { ...good.refuse(status), text: '.'.repeat(70_000) + new Error('rejected').stack };
    },
  },
  'drops-get': {
    mistake: 'Closes the connection of a GET without a response.',
    answer(request) {
      if (request.method !== 'GET') return good.answer.call(this, request);
      request.socket.destroy();
      return new Promise(() => {});
    },
  },
  'stack-trace': {
    mistake: 'Returns a stack trace for every rejected request.',
    refuse(status) {
      return { ...good.refuse(status), text: new Error('rejected').stack };
    },
  },
};
