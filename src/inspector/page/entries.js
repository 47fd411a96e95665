// The rows that the page knows, newest first.

export class Entries {
  #rows = [];
  #ids = new Map();

  get length() {
    return this.#rows.length;
  }

  at(index) {
    return this.#rows[index];
  }

  get(id) {
    return this.#ids.get(id);
  }

  indexOf(id) {
    const row = this.#ids.get(id);
    return row ? this.#position(row.n) : -1;
  }

  replaceAll(rows) {
    this.#rows = [];
    this.#ids = new Map();
    this.add(rows);
  }

  // Adds rows, or replaces those of the same id. Returns how many are new.
  add(rows) {
    let added = 0;
    let sorted = true;
    for (const row of rows) {
      const known = this.#ids.get(row.id);
      this.#ids.set(row.id, row);
      if (known && known.n === row.n) {
        if (!sorted) this.#sort();
        sorted = true;
        this.#rows[this.#position(row.n)] = row;
        continue;
      }
      added += 1;
      const last = this.#rows.at(-1);
      if (this.#rows.length && sorted && row.n > this.#rows[0].n && rows.length === 1) this.#rows.unshift(row);
      else {
        sorted = sorted && (!last || last.n > row.n);
        this.#rows.push(row);
      }
    }
    if (!sorted) this.#sort();
    return added;
  }

  // Returns whether anything was removed.
  remove(ids) {
    const gone = new Set(ids.filter((id) => this.#ids.delete(id)));
    if (gone.size) this.#rows = this.#rows.filter((row) => !gone.has(row.id));
    return gone.size > 0;
  }

  #sort() {
    this.#rows.sort((a, b) => b.n - a.n);
  }

  // Where the row with this number is, or would be.
  #position(n) {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle].n > n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
