/** A signed webhook to copy and paste. It reads the secret from its file: the secret itself is never shown. */

/** For any POSIX shell; Node.js is what is certainly there. */
export function firstWebhook(url: string, secretFile: string): string {
  const script = [
    `const { createHmac } = require("node:crypto"), { readFileSync } = require("node:fs");`,
    `const key = Buffer.from(readFileSync(process.argv[1], "utf8").trim().replace("whsec_", ""), "base64");`,
    `const id = "first-" + Date.now(), at = String(Math.floor(Date.now() / 1000));`,
    `const body = JSON.stringify({ specversion: "1.0", id, source: "core", type: "transaction.posted", time: new Date().toISOString(),`,
    `  data: { accountId: "1", direction: "debit", amount: "1500.00", currency: "EUR", kind: "transfer" } });`,
    `const signature = "v1," + createHmac("sha256", key).update(id + "." + at + "." + body).digest("base64");`,
    `fetch("${url}/v1/events", { method: "POST", body, headers: { "content-type": "application/cloudevents+json",`,
    `  "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } }).then((r) => r.text()).then(console.log);`,
  ];
  return `node -e '${script.join('\n')}' ${quoted(secretFile)}`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
