// Takes the events of webkyc at POST /hooks/webkyc. However often an event comes, it has its effect once.

import { readFileSync } from "node:fs";
import express from "express";
import { Webhook } from "standardwebhooks";

const { PORT, WEBHOOK_SECRET_FILE, WEBKYC_URL, WEBKYC_KEY_FILE } = process.env;
const read = (file) => readFileSync(file, "utf8").trim();
// One whsec_… a line; more than one only while you replace it.
const webhooks = read(WEBHOOK_SECRET_FILE).split(/\s+/).map((secret) => new Webhook(secret));
const key = read(WEBKYC_KEY_FILE);

// These stand for two tables of your database: the ids of events, and what the shop did.
const seen = new Set();
const effects = [];

/** The event, or undefined if webkyc did not sign these bytes within the last five minutes. */
function verified(body, headers) {
  for (const webhook of webhooks) {
    try {
      return webhook.verify(body, headers);
    } catch {
      // Perhaps another secret signed it.
    }
  }
}

/** Asks webkyc, because an event holds no answer. */
async function isOver18(signUp) {
  const answer = await fetch(`${WEBKYC_URL}/sign-ups/${signUp}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000), // webkyc waits 15 seconds for us
  });
  if (!answer.ok) throw new Error(`webkyc answered ${answer.status}`); // 500: it sends the event again
  const { status, claims } = await answer.json();
  return status === "verified" && claims?.age_over_18?.value === true;
}

/** The effect of an event, or undefined for a type that this shop does not know. */
async function effect({ type, data }) {
  if (type === "sign_up.verified") return `${data.id} ${(await isOver18(data.id)) ? "released" : "refused"}`;
  if (["sign_up.failed", "sign_up.expired", "sign_up.canceled"].includes(type)) return `${data.id} not verified`;
  if (type === "sign_up.redacted") return `${data.id} forgotten`;
}

const app = express();

// The signature is over the bytes as they came: no express.json() before this.
app.post("/hooks/webkyc", express.raw({ type: () => true }), async (request, response) => {
  const event = verified(request.body, request.headers);
  if (!event) return response.sendStatus(401);
  const id = request.headers["webhook-id"];
  if (!seen.has(id)) {
    const done = await effect(event);
    // In a database: one transaction, in which the primary key of `seen` lets only one INSERT through.
    if (done && !seen.has(id)) {
      seen.add(id);
      effects.push(done);
    }
  }
  response.sendStatus(204);
});

app.get("/", (_request, response) => response.type("text").send(effects.join("\n")));

app.listen(PORT, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${PORT}`));
