// TLS hides what is said, not how long it is. Everything said is filled up with letters of chance to one of a few
// lengths (docs/protocol.md); of chance, because anything on the way that compresses would see through a constant.

const LENGTHS = [4_096, 16_384, 65_536]; // bytes; the last is the longest frame the server takes
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function padded(message) {
  const bare = new TextEncoder().encode(JSON.stringify({ ...message, pad: "" })).length;
  const missing = (LENGTHS.find((length) => length >= bare) ?? bare) - bare;
  const pad = Array.from(crypto.getRandomValues(new Uint8Array(missing)), (byte) => LETTERS[byte % 64]).join("");
  return JSON.stringify({ ...message, pad });
}
