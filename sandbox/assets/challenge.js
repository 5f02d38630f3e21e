// Shows the prompts of the verifier behind the sandbox, and sends it the camera's frames.

// At most six frames a second, and the next after the answer.
const PAUSE = 1000 / 6;

// Resolves to null when the page no longer wants the challenge; else to its end: passed, or the sentence for the
// failure and whether the visitor may try again.
export async function challenge(address, { frame, onPrompt, isWanted, unreachable }) {
  const lost = { state: "failed", sentence: unreachable, again: true };
  try {
    let answer = await post(`${address}/challenge`);
    for (let number = 0; isWanted(); number += 1) {
      if (answer.prompt) onPrompt(answer.prompt);
      if (answer.state === "passed" || answer.state === "failed") return answer;
      const next = performance.now() + PAUSE;
      const picture = await frame();
      if (!picture) return lost;
      answer = await post(`${address}/frames?seq=${number}`, picture);
      await new Promise((done) => setTimeout(done, next - performance.now()));
    }
    return null;
  } catch {
    return lost;
  }
}

// Whether the sign-up is gone, over or another browser's: loaded anew, its page says so and leads back.
export function isGone({ status }) {
  return [403, 404, 410].includes(status);
}

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", body });
  if (answer.ok) return answer.json();
  if (isGone(answer)) location.reload();
  return { state: "failed", sentence: await answer.text(), again: answer.status !== 429 };
}
