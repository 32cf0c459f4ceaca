"use strict";
// The same ticket that every peer checks: a name and its HMAC.

const { createHmac, timingSafeEqual } = require("node:crypto");

module.exports = function isGood(ticket) {
  const [name, mac] = String(ticket).split(".");
  const expected = createHmac("sha256", process.env.BENCH_SECRET).update(name).digest("hex");
  return mac?.length === expected.length && timingSafeEqual(Buffer.from(mac), Buffer.from(expected));
};
