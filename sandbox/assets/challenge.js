// Asks the visitor to turn the head, as the verifier behind the sandbox says, and sends what the camera sees.

// At most six frames a second, and the next after the answer.
const PAUSE = 1000 / 6;

// Answers null when nobody wants it any more, or what came of it: passed, or the sentence that says why not
// and whether there is another try.
export async function challenge(address, { frame, onPrompt, isWanted, unreachable }) {
  const lost = { state: "failed", sentence: unreachable, again: true };
  try {
    let told = await post(`${address}/challenge`);
    for (let number = 0; isWanted(); number += 1) {
      if (told.prompt) onPrompt(told.prompt);
      if (told.state === "passed" || told.state === "failed") return told;
      const next = performance.now() + PAUSE;
      const picture = await frame();
      if (!picture) return lost;
      told = await post(`${address}/frames?seq=${number}`, picture);
      await new Promise((done) => setTimeout(done, next - performance.now()));
    }
    return null;
  } catch {
    return lost;
  }
}

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", body });
  if (answer.ok) return answer.json();
  return { state: "failed", sentence: await answer.text(), again: answer.status !== 429 };
}
