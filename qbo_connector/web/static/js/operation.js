// Follows one operation in place and shows the result when it has ended. Leaving the page changes nothing.
const AGAIN_MS = 1500;

const line = document.querySelector("[data-operation]");

function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

async function ask(after) {
  const address = new URL(line.dataset.operation, location.href);
  address.searchParams.set("after", after);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function follow() {
  let after = -1;
  for (;;) {
    try {
      const seen = await ask(after);
      if (seen.state === "done") return location.replace(line.dataset.done);
      line.querySelector("[data-words]").textContent = seen.words;
      after = seen.version;
    } catch {
      await wait(AGAIN_MS);
    }
  }
}

if (line) follow();
