// Answers that say too much.
'use strict';

const { good } = require('../node/good.js');

module.exports = {
  'leaks-secret': {
    mistake: 'Names its secret in the answer to a bad signature.',
    refuse(status) {
      if (status !== 401) return good.refuse(status);
      return { ...good.refuse(status), text: `does not fit the secret ${this.secret}\n` };
    },
  },
  'leaks-half-secret': {
    mistake: 'Writes its secret, without the prefix, into a header of each answer.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return { ...answer, headers: { ...answer.headers, 'X-Key': this.secret.slice(6) } };
    },
  },
  'leaks-when-accepted': {
    mistake: 'Confirms what it took with all that it knows, its secret included.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return answer.status === 200 ? { ...answer, text: JSON.stringify(this) } : answer;
    },
  },
  'echoes-expected': {
    mistake: 'Answers a bad signature with the one it expected, which the caller can then send.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      return { ...good.refuse(status), text: `expected v1=${this.sign(signature.t, body)}\n` };
    },
  },
  'echoes-expected-in-capitals': {
    mistake: 'Answers a bad signature with the one it expected, in other letters of the same digits.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      return { ...good.refuse(status), text: this.sign(signature.t, body).toUpperCase() };
    },
  },
  'echoes-request': {
    mistake: 'Sends back the header that came with what it rejects; that one was known already.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      const text = request.headers['x-slotflow-signature'];
      return answer.status === 400 ? { ...answer, text } : answer;
    },
  },
  'stack-trace': {
    mistake: 'Answers whatever it rejects with a stack trace.',
    refuse(status) {
      return { ...good.refuse(status), text: new Error('rejected').stack };
    },
  },
};
