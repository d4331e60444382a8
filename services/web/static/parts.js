// Reads an answer of many parts, as it comes.

const END_OF_HEAD = [13, 10, 13, 10];
const MOST_HEAD = 4096;

function endOfHead(bytes) {
  const most = Math.min(bytes.length, MOST_HEAD) - END_OF_HEAD.length;
  for (let at = 0; at <= most; at += 1) {
    if (END_OF_HEAD.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

function joined(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

// Yields {headers, body} of each part of a `fetch` body; a part without a Content-Length is an error. `heard` is called
// whenever anything came, however little.
export async function* parts(body, heard) {
  const reader = body.getReader();
  let bytes = new Uint8Array(0);
  const more = async () => {
    const { done, value } = await reader.read();
    if (done) return false;
    bytes = joined(bytes, value);
    heard();
    return true;
  };
  for (;;) {
    let head = endOfHead(bytes);
    while (head < 0) {
      if (bytes.length > MOST_HEAD || !(await more())) return;
      head = endOfHead(bytes);
    }
    const lines = new TextDecoder().decode(bytes.subarray(0, head)).split("\r\n").filter((line) => line.includes(":"));
    const headers = new Headers(lines.map((line) => line.split(/:\s*/, 2)));
    const start = head + END_OF_HEAD.length;
    const end = start + Number(headers.get("Content-Length") ?? NaN);
    if (Number.isNaN(end)) throw new Error("a part without a length");
    while (bytes.length < end) {
      if (!(await more())) return;
    }
    yield { headers, body: bytes.slice(start, end) };
    bytes = bytes.slice(end);
  }
}
