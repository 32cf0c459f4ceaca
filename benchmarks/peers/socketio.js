"use strict";
// Node with socket.io, as its own documentation does a chat: io.emit to everybody.

const { createServer } = require("node:http");
const { Server } = require("socket.io");
const isGood = require("./tickets");

const http = createServer();
const io = new Server(http, { serveClient: false });

io.use((socket, next) => next(isGood(socket.handshake.auth.ticket) ? undefined : new Error("no ticket")));
io.on("connection", (socket) => {
  socket.on("post", (fragment) => io.emit("post", fragment));
});
http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 }, () => console.log("ready"));
