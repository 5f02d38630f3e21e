"""Takes the events of webkyc at POST /hooks/webkyc. However often an event comes, it has its effect once."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

# One whsec_… a line; more than one only while you replace it.
WEBHOOKS = [Webhook(secret) for secret in Path(os.environ["WEBHOOK_SECRET_FILE"]).read_text().split()]
KEY = Path(os.environ["WEBKYC_KEY_FILE"]).read_text().strip()

app = Flask(__name__)


def database():
    return sqlite3.connect(os.environ["DATABASE"])


def verified(body, headers):
    """The event, or None if webkyc did not sign these bytes within the last five minutes."""
    for webhook in WEBHOOKS:
        try:
            return webhook.verify(body, headers)
        # ValueError: the library reads a signature that is no base64, or a body that is no UTF-8.
        except (WebhookVerificationError, ValueError):
            pass  # Perhaps another secret signed it.
    return None


def is_over_18(sign_up):
    """Asks webkyc, because an event holds no answer. A failure is a 500: webkyc sends the event again."""
    url = f"{os.environ['WEBKYC_URL']}/sign-ups/{sign_up}"
    call = Request(url, headers={"Authorization": f"Bearer {KEY}"})
    with urlopen(call, timeout=10) as answer:  # webkyc waits 15 seconds for us
        result = json.load(answer)
    claim = result.get("claims", {}).get("age_over_18", {})
    return result["status"] == "verified" and claim.get("value") is True


def effect(event):
    """The effect of an event, or None for a type that this shop does not know."""
    match event["type"]:
        case "sign_up.verified":
            return "released" if is_over_18(event["data"]["id"]) else "refused"
        case "sign_up.failed" | "sign_up.expired" | "sign_up.canceled":
            return "not verified"
        case "sign_up.redacted":
            return "forgotten"


@app.post("/hooks/webkyc")
def take_event():
    # The signature is over the bytes as they came.
    event = verified(request.get_data(), request.headers)
    if event is None:
        return "", 401
    event_id = request.headers["webhook-id"]
    with closing(database()) as db:
        is_new = db.execute("SELECT 1 FROM events WHERE id = ?", [event_id]).fetchone() is None
        done = effect(event) if is_new else None
        if done:
            with db:  # One transaction: the primary key lets only one of two twins through.
                if db.execute("INSERT OR IGNORE INTO events VALUES (?)", [event_id]).rowcount:
                    db.execute("INSERT INTO effects VALUES (?, ?)", [event["data"]["id"], done])
    return "", 204


@app.get("/")
def show():
    with closing(database()) as db:
        rows = db.execute("SELECT * FROM effects ORDER BY rowid").fetchall()
    return "\n".join(map(" ".join, rows)), {"Content-Type": "text/plain"}


if __name__ == "__main__":
    with closing(database()) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY)")
        db.execute("CREATE TABLE IF NOT EXISTS effects (sign_up TEXT, effect TEXT)")
    app.run("127.0.0.1", int(os.environ["PORT"]))
