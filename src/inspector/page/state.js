// What the parts of the page share.

export const state = {
  info: null, // the answer of /api/state
  route: null, // what the URL asks for, see readRoute()
  shown: null, // the entry in the detail
  matching: 0, // how many entries match the search
};
