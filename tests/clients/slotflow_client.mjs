// A small client that calls as Slotflow's Node SDK does: it encodes ids, sends a Content-Type only
// with a body, parses an error only if it is JSON, and repeats any call, POST too, up to twice on
// 408, 429 and 5xx.

export class SlotflowError extends Error {
  constructor(statusCode, body) {
    super(body?.error?.message ?? String(body));
    this.statusCode = statusCode;
    this.body = body;
  }
}
export class PaymentRequiredError extends SlotflowError {}
export class NotFoundError extends SlotflowError {}
export class ConflictError extends SlotflowError {}
export class UnprocessableEntityError extends SlotflowError {}

const errors = {402: PaymentRequiredError, 404: NotFoundError, 409: ConflictError,
                422: UnprocessableEntityError};

export class SlotflowClient {
  constructor({token, baseUrl, maxRetries = 2}) {
    this.token = token;
    this.baseUrl = baseUrl;
    this.maxRetries = maxRetries;
  }

  async call(method, parts, {body, query} = {}) {
    const url = new URL(this.baseUrl + '/' + parts.map(encodeURIComponent).join('/'));
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const headers = {Authorization: `Bearer ${this.token}`, 'X-Fern-Language': 'JavaScript'};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response;
    for (let attempt = 0; ; ++attempt) {
      response = await fetch(url, {method, headers, body: body && JSON.stringify(body)});
      const repeats = [408, 429].includes(response.status) || response.status >= 500;
      if (!repeats || attempt >= this.maxRetries) break;
      await response.arrayBuffer();
    }
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const parsed = isJson && text !== '' ? JSON.parse(text) : text;
    if (response.status < 400) return text === '' ? undefined : parsed;
    throw new (errors[response.status] ?? SlotflowError)(response.status, parsed);
  }
}
