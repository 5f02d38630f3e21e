// A backend after the vendor's guide: it exchanges the code at the callback, keeps the token in the session
// and fetches the details with it.
const http = require("node:http");
const axios = require("axios");
const express = require("express");
const session = require("express-session");

const api = axios.create({
  baseURL: process.env.AUTHENTEQ_API,
  httpAgent: new http.Agent({ keepAlive: true }),
});
const app = express();

app.use(session({ secret: "bench", resave: false, saveUninitialized: false }));

app.get("/results", async (req, res) => {
  const { data } = await api.postForm("/v2/web-kyc/token", {
    grantType: "authorization_code",
    code: req.query.code,
    redirectUri: "http://localhost/results",
    clientId: "bench",
    clientSecret: "bench",
  });
  req.session.token = data.token;
  res.json({ ok: true });
});

app.get("/api/details", async (req, res) => {
  if (!req.session.token) return res.status(401).json({ error: "no session" });
  const { data } = await api.get("/v2/web-kyc/details", {
    headers: { Authorization: `Bearer ${req.session.token}` },
  });
  res.json(data);
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on ${server.address().port}`);
});
