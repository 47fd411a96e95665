// The difference of two lists of lines.

const longest = 2000; // lines; more would take too long

// Returns { mark: " " | "-" | "+", text } for each line, or null if there are too many lines.
export function diffLines(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) ++start;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) ++end;
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  if (a.length > longest || b.length > longest) return null;
  const same = (text) => ({ mark: " ", text });
  return [...before.slice(0, start).map(same), ...middle(a, b), ...before.slice(before.length - end).map(same)];
}

// The longest common subsequence, by its usual table.
function middle(a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; --i) {
    for (let j = b.length - 1; j >= 0; --j) {
      table[i * width + j] =
        a[i] === b[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: " ", text: a[i] });
      ++i;
      ++j;
    } else if (j >= b.length || (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) {
      lines.push({ mark: "-", text: a[i++] });
    } else lines.push({ mark: "+", text: b[j++] });
  }
  return lines;
}
