"use strict";
// Node with ws, as its own documentation broadcasts: each message to every open client.

const { WebSocket, WebSocketServer } = require("ws");
const isGood = require("./tickets");

const port = Number(process.argv[2]);
const server = new WebSocketServer({ port, host: "127.0.0.1", backlog: 4096 });

server.on("connection", (client) => {
  client.isIn = false;
  client.on("error", () => {});
  client.on("message", (data, isBinary) => {
    if (!client.isIn) {
      if (!isGood(data.toString().slice(6))) return client.close(4401);
      client.isIn = true;
      return client.send("ok");
    }
    for (const other of server.clients) {
      if (other.readyState === WebSocket.OPEN && other.isIn) other.send(data, { binary: isBinary });
    }
  });
});
server.on("listening", () => console.log("ready"));
