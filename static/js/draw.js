// Recomputes the result of a draw from its public file alone, in the visitor's own browser.
const place = document.querySelector("#recomputed");
const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", bytes(text)));

const lot = async (proof, count) => {
  const key = await crypto.subtle.importKey("raw", bytes(proof.secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const left = [...proof.codes];
  const order = [];
  for (let round = 0; left.length && order.length < count; round += 1) {
    const digest = await crypto.subtle.sign("HMAC", key, bytes(`${proof.list_hash}:${round}`));
    const number = new DataView(digest).getBigUint64(0);
    const length = BigInt(left.length);
    if (number < ((2n ** 64n - 1n) / length) * length) order.push(...left.splice(Number(number % length), 1));
  }
  return order;
};

const byMarks = (proof, order) => {
  const mark = (code) => proof.marks[code] ?? [0, 1];
  const better = (a, b) => mark(b)[0] * mark(a)[1] - mark(a)[0] * mark(b)[1];
  return order.map((code, at) => [code, at]).sort(([a, i], [b, j]) => better(a, b) || i - j).map(([code]) => code);
};

const agrees = async (proof) => {
  if (!Array.isArray(proof.codes) || !Array.isArray(proof.winners)) throw new TypeError("no public file");
  if ((await sha256(proof.secret)) !== proof.secret_hash) return false;
  if ((await sha256(proof.codes.map((code) => `${code}\n`).join(""))) !== proof.list_hash) return false;
  const isContest = proof.mode === "contest";
  const drawn = await lot(proof, isContest ? proof.codes.length : proof.winners.length);
  const order = isContest ? byMarks(proof, drawn) : drawn;
  return proof.winners.every((code, at) => order[at] === code);
};

const say = (word) => {
  place.textContent = place.dataset[word];
  place.className = word === "agrees" ? "note good" : "note wrong";
};

if (place) {
  fetch(place.dataset.proof)
    .then((response) => response.json())
    .then(agrees)
    .then((isRight) => say(isRight ? "agrees" : "differs"))
    .catch(() => say("failed"));
}
