// A phone calls the application through a SIP domain: what it was asked, and how the call ended.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

const SIPDOMAIN = process.env.SIPDOMAIN ?? "sipdomain";
const PASSWORD = "Correct-Horse-42";

// The application under test; yours stands here.
const asked = [];
const app = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  asked.push(new URLSearchParams(body));
  response.setHeader("Content-Type", "text/xml");
  response.end("<Response><Say>Hello from Node</Say></Response>");
});

let serve, sip, http;

before(async () => {
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  serve = spawn(SIPDOMAIN, [
    "serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--no-speech",
    "--voice-url", `http://127.0.0.1:${app.address().port}/voice`, "--user", "alice", "--password", PASSWORD,
  ], { stdio: ["ignore", "pipe", "ignore"] });
  // It is ready when it says so, with the ports that it was given.
  const [line] = await once(createInterface({ input: serve.stdout }), "line");
  [, sip, http] = /^ready sip=(\S+) .*http=(\S+)/.exec(line);
});

after(async () => {
  serve.kill("SIGTERM");
  const [code] = await once(serve, "exit");
  app.close();
  assert.equal(code, 0);
});

function call(...options) {
  const words = ["call", "--sip", sip, "--no-speech", ...options];
  return promisify(execFile)(SIPDOMAIN, words).then(() => 0, (error) => error.code);
}

async function latestCall() {
  const { calls } = await (await fetch(`${http}/_sipdomain/calls`)).json();
  return calls[0];
}

test("a caller with the right password reaches the application", async () => {
  assert.equal(await call("--password", PASSWORD, "--header", "X-Order: 4711"), 0);
  assert.equal(asked[0].get("SipHeader_X-Order"), "4711");
  const { sid, status } = await latestCall();
  assert.equal(sid, asked[0].get("CallSid"));
  assert.equal(status, "completed");
  const { lines } = await (await fetch(`${http}/_sipdomain/calls/${sid}/transcript`)).json();
  assert.equal(lines[0].text, "Hello from Node");
});

test("a caller with a wrong password does not", async () => {
  const before = asked.length;
  assert.equal(await call("--password", "Wrong-Horse-42"), 1);
  assert.equal(asked.length, before);
});
